"""The tree, its bots, and the groups linked to it."""

from datetime import timedelta

from models.organisation import Bot, Chat, Node, chats, grow, know_bot, link, linked, migrate, plant, serving, zone_of
from tests.cast import NOW, ZONE, Cast


async def test_a_bot_is_known_once_and_renamed_when_it_was_renamed(database: str) -> None:
    first = await know_bot(7, "old_name")
    again = await know_bot(7, "new_name")
    assert first.id == again.id
    assert await Bot.all().values_list("telegram_id", "username") == [(7, "new_name")]


async def test_a_root_is_its_own_and_what_grows_below_lies_in_its_path(database: str) -> None:
    root = await plant("district", "committee", ZONE, (await know_bot(7, "bot")).id)
    branch = await grow(root, "branch", "branch")
    group = await grow(branch, "group", "group")
    assert (root.root_id, root.parent_id, root.path) == (root.id, None, f"/{root.id}/")
    found = await Node.get(id=group.id)
    assert (found.root_id, found.parent_id, found.path) == (root.id, branch.id, f"/{root.id}/{branch.id}/{group.id}/")
    assert (found.zone, found.name, found.kind) == (None, "group", "group")
    assert await zone_of(found) == ZONE


async def test_no_path_is_the_beginning_of_a_siblings(database: str) -> None:
    """Node 1 and node 10 must not share a beginning."""
    bot = await know_bot(7, "bot")
    paths = [(await plant(f"root {n}", "committee", ZONE, bot.id)).path for n in range(12)]
    assert not [(a, b) for a in paths for b in paths if a != b and b.startswith(a)]


async def test_the_bot_of_a_tree_serves_it(cast: Cast) -> None:
    other = await know_bot(8, "other")
    root = await plant("third", "committee", ZONE, other.id)
    assert await serving(cast.branch.root_id or 0) == cast.bot.id
    assert await serving(root.id) == other.id


async def test_a_group_is_found_by_its_topic_else_as_a_whole(cast: Cast) -> None:
    topic = await link(cast.neighbours, cast.bot.id, cast.group.chat_id, 42, NOW)
    assert await linked(cast.bot.id, cast.group.chat_id, 42) == topic
    assert await linked(cast.bot.id, cast.group.chat_id, 43) == cast.group
    assert await linked(cast.bot.id, cast.group.chat_id, 0) == cast.group


async def test_a_linked_topic_says_nothing_about_the_rest_of_its_group(cast: Cast) -> None:
    await link(cast.neighbours, cast.bot.id, -5, 42, NOW)
    assert await linked(cast.bot.id, -5, 0) is None
    assert await linked(cast.bot.id, -5, 43) is None


async def test_a_group_of_another_bot_or_unlinked_is_nobodys(cast: Cast) -> None:
    assert await linked(cast.bot.id + 1, cast.group.chat_id, 0) is None
    await Chat.all().update(unlinked_at=NOW)
    assert await linked(cast.bot.id, cast.group.chat_id, 0) is None
    assert await chats(cast.branch.id) == []


async def test_linking_again_moves_the_group_and_revives_it(cast: Cast) -> None:
    await Chat.all().update(unlinked_at=NOW)
    later = NOW + timedelta(days=1)
    again = await link(cast.foreign, cast.bot.id, cast.group.chat_id, 0, later)
    assert (again.id, again.root_id, again.node_id) == (cast.group.id, cast.foreign.id, cast.foreign.id)
    assert (again.linked_at, again.unlinked_at) == (later, None)
    assert (await chats(cast.branch.id), await chats(cast.foreign.id)) == ([], [again])


async def test_a_node_speaks_in_all_its_groups_oldest_first(cast: Cast) -> None:
    second = await link(cast.branch, cast.bot.id, -2, 0, NOW)
    topic = await link(cast.branch, cast.bot.id, -2, 5, NOW)
    await link(cast.neighbours, cast.bot.id, -3, 0, NOW)
    assert await chats(cast.branch.id) == [cast.group, second, topic]


async def test_a_group_that_became_a_supergroup_keeps_its_links_however_often_it_is_said(cast: Cast) -> None:
    topic = await link(cast.branch, cast.bot.id, cast.group.chat_id, 5, NOW)
    other_bot = await know_bot(8, "other")
    elsewhere = await link(cast.foreign, other_bot.id, cast.group.chat_id, 0, NOW)
    for _ in range(2):
        await migrate(cast.bot.id, cast.group.chat_id, -1_009)
    assert [chat.chat_id for chat in await Chat.filter(id__in=[cast.group.id, topic.id])] == [-1_009, -1_009]
    assert (await Chat.get(id=elsewhere.id)).chat_id == cast.group.chat_id
