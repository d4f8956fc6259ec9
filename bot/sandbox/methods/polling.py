"""sendPoll and stopPoll: polls and quizzes within Telegram's limits (Bot API 10.1)."""

import asyncio

from bot.sandbox.arguments import Args
from bot.sandbox.errors import bad_request
from bot.sandbox.keyboards import keyboard
from bot.sandbox.methods.reach import chat_open, own_message
from bot.sandbox.methods.sending import send
from bot.sandbox.methods.texts import marked
from bot.sandbox.poll import Poll
from bot.sandbox.polls import close, close_due
from bot.sandbox.world import Json, World

QUESTION, OPTION, EXPLANATION, DESCRIPTION = 300, 100, 200, 1024
MOST_OPTIONS, SHORTEST, LONGEST = 12, 5, 2_628_000
CHANNELS_ONLY = ("members_only", "country_codes")


def send_poll(world: World, args: Args) -> Json:
    options, until = _options(world, args), _until(world, args)
    right = _right(args, len(options))
    told = _told(world, args) | ({"close_date": int(until)} if until else {})
    poll = Poll(world.album(), 0, 0, told, options, right, until)
    poll.told = {"id": poll.id} | told
    message = send(world, args, lambda: {"poll": poll.as_json()})
    poll.chat, poll.message_id = message["chat"]["id"], message["message_id"]
    world.polls[poll.id] = poll
    if until:
        asyncio.get_running_loop().call_later(until - world.clock.seconds() + 0.01, close_due, world)
    return message


def _told(world: World, args: Args) -> Json:
    """All of a poll but its options and votes."""
    quiz = _kind(args) == "quiz"
    told: Json = {
        "question": _words(world, args, "question", QUESTION, "question_entities"),
        "is_closed": args.flag("is_closed"),
        "is_anonymous": args.flag("is_anonymous", True),
        "type": _kind(args),
        "allows_multiple_answers": args.flag("allows_multiple_answers"),
        "allows_revoting": args.flag("allows_revoting", not quiz),
        "members_only": False,
    }
    if any(args.has(name) for name in CHANNELS_ONLY):
        raise bad_request("the poll option is available only in channel chats")
    if explanation := _words(world, args, "explanation", EXPLANATION, "explanation_entities"):
        told["explanation"] = _explained(explanation, quiz)
    if description := _words(world, args, "description", DESCRIPTION, "description_entities"):
        told["description"] = description
    return told


def _kind(args: Args) -> str:
    kind = args.text("type") or "regular"
    if kind not in ("regular", "quiz"):
        raise bad_request("unsupported poll type specified")
    return kind


def _words(world: World, args: Args, name: str, limit: int, entities: str) -> str:
    text, _ = marked(world, args, name, entities, limit, f"{name}_parse_mode")
    if name == "question" and not text:
        raise bad_request("poll question must be non-empty")
    return text


def _explained(text: str, quiz: bool) -> str:
    if not quiz or text.count("\n") > 2:
        raise bad_request("poll explanation can be specified only for quizzes, with at most 2 line feeds")
    return text


def _options(world: World, args: Args) -> list[Json]:
    told = args.objects("options")
    if not 1 <= len(told) <= MOST_OPTIONS:
        raise bad_request(
            "poll must have at least 1 option" if not told else f"poll can't have more than {MOST_OPTIONS} options"
        )
    return [_option(world, place, Args(each)) for place, each in enumerate(told)]


def _option(world: World, place: int, given: Args) -> Json:
    text, _ = marked(world, given, "text", "text_entities", 32_768, "text_parse_mode")
    if not text:
        raise bad_request("poll options must be non-empty")
    if len(text) > OPTION:
        raise bad_request(f"poll options length must not exceed {OPTION}")
    return {"persistent_id": f"o{place}", "text": text, "voter_count": 0}


def _right(args: Args, options: int) -> list[int]:
    """The right options of a quiz."""
    right = [int(place) for place in args.list("correct_option_ids")]
    if _kind(args) != "quiz":
        if right:
            raise bad_request("correct option can be specified only for quizzes")
        return []
    if not right or not all(0 <= place < options for place in right) or right != sorted(set(right)):
        raise bad_request("wrong correct option ID specified")
    if len(right) > 1 and not args.flag("allows_multiple_answers"):
        raise bad_request("wrong correct option ID specified")
    return right


def _until(world: World, args: Args) -> float | None:
    """When it closes by itself, 5 to 2,628,000 seconds ahead."""
    now = world.clock.seconds()
    if args.has("open_period") and args.has("close_date"):
        raise bad_request("can't specify both open_period and close_date")
    seconds = args.whole("open_period") if args.has("open_period") else args.whole("close_date") - now
    if not args.has("open_period") and not args.has("close_date"):
        return None
    if not SHORTEST <= seconds <= LONGEST:
        raise bad_request("poll can be open only from 5 seconds to 2628000 seconds")
    return now + seconds


def stop_poll(world: World, args: Args) -> Json:
    """Only the bot's own; gives the Poll as it stood at the end."""
    chat = chat_open(world, args)
    message = own_message(world, chat, args)
    if "poll" not in message:
        raise bad_request("message with poll to stop not found")
    poll = world.polls[message["poll"]["id"]]
    if poll.closed:
        raise bad_request("poll has already been closed")
    close(world, poll, keyboard(args))
    return poll.as_json()
