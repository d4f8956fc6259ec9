"""What the bot is in a chat, as a ChatMember."""

from bot.sandbox.shapes import table
from bot.sandbox.world import Chat, Json, World

RESTRICTIONS = (
    "can_send_messages can_send_audios can_send_documents can_send_photos can_send_videos can_send_video_notes "
    "can_send_voice_notes can_send_polls can_send_other_messages can_add_web_page_previews can_react_to_messages "
    "can_change_info can_invite_users can_edit_tag can_pin_messages can_manage_topics"
)
UNNAMED = frozenset({"is_anonymous", "can_promote_members"})  # what a bot that is an administrator is not


def standing(world: World, status: str) -> Json:
    user: Json = {"status": status, "user": world.bot_user()}
    if status == "restricted":
        user |= {"is_member": True, **dict.fromkeys(RESTRICTIONS.split(), False)}
    if status == "administrator":
        user |= _rights()
    return user | {"until_date": 0} if status in ("kicked", "restricted") else user


def _rights() -> dict[str, bool]:
    rows = table().objects["ChatMemberAdministrator"]
    return {name: name not in UNNAMED for name, (kind, must) in rows.items() if must and kind == "Boolean"}


def status(chat: Chat) -> str:
    """Of a bot that is in the chat."""
    if chat.bot_silent:
        return "restricted"
    return "administrator" if chat.bot_admin else "member"
