# ruff: noqa
# type: ignore
"""What vulture must not call dead: names that others call by name. A name is here because of a library, a table, or the tests."""

# Called by a library
_.show  # click
_.connection_lost  # asyncio's Protocol
_.parse_json_payload, _.do_request  # python-telegram-bot's BaseRequest
_.row_factory, _.daemon, _.client_class, _.connection_class, _.get_reset_query, _.execute_insert  # sqlite3, Tortoise, asyncpg
_.SQL_TYPE, _.to_db_value, _.to_python_value, null  # Tortoise's Field
_.settings_customise_sources, settings_cls, env_settings, dotenv_settings, file_secret_settings  # pydantic-settings
_.filters, _.globals  # Jinja2
_.comment, _.freeze_panes, _.number_format  # openpyxl
exc
_.alignment, _.bold, _.page_height, _.page_width, _.bottom_margin, _.left_margin, _.right_margin, _.top_margin  # python-docx
_.author, _.comments, _.space_after  # python-docx

URGENT  # the lane between replies and the rest; moved and cancelled gatherings will use it

# Columns that SQL reads and Python does not
_.seal, _.code_hash, _.until_at, _.from_at, _.bound_at, _.local_date, _.local_time, _.revision
_.announce_due, _.remind_due, _.close_due, _.until_ms, _.parent_id, _.linked_at, _.unlinked_at, _.sent_at, _.created_at
_.extend_due, _.ended_at  # of a series
_.open_due, _.week_due, _.opens_at  # of a quiz
_.end_due, _.remind_lead  # of a gathering
_.position, _.done_at, _.offered_at  # of an agenda item, of a make-up
_.full_member_on, _.quiz_at  # entered in sheets; the quiz and the ceremonies will read them
_.step_due, _.announce_due, _.made_at, _.review_due, _.published_at, _.entered_by, _.own_grade, _.grade  # of pledges
_.greet_due, _.greet_until, _.thanked_at, Ceremony  # of political birthdays
Note, Attempt, DeadLetter, Draft, Lease, Reachability, Round  # tables that only SQL touches

# The sandbox's cast and visitor, and the settings' table, ship for the stories and the README
ORGANISER, ELDER, MEMBER, PROBATIONARY, COLLEAGUE, GROUP_LEADER, ADMINISTRATOR, OUTSIDER, WITHOUT_TELEGRAM
Visitor, _.says, _.sends, _.help
