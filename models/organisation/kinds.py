"""Kinds of node and what may grow below each, as data. Their Chinese names are in bot/texts/roster.toml.

The four-level tree and its deeper variants (mechanisms S1–S3); a joint body has members who are at home elsewhere.
"""

GROUPS = ("party_group", "building_group", "functional_group", "member_household")
BRANCHES = ("branch", "grid_branch", "joint_branch", "provisional_branch")
JOINT = ("joint_conference",)
COMMUNITY = ("primary_committee", "community_committee", "general_branch")

KINDS: dict[str, tuple[str, ...]] = {
    "street_committee": ("area_committee", *COMMUNITY, *BRANCHES, *JOINT),  # 街道党工委
    "area_committee": (*COMMUNITY, *BRANCHES, *JOINT),  # 片区（区域）综合党委
    "primary_committee": ("area_committee", *COMMUNITY, *BRANCHES, *JOINT),  # 基层党委
    "community_committee": ("general_branch", *BRANCHES, *JOINT),  # 社区党组织（社区党委）
    "general_branch": (*BRANCHES, *JOINT),  # 党总支
    "branch": GROUPS,  # 党支部
    "grid_branch": GROUPS,  # 网格党支部
    "joint_branch": GROUPS,  # 联合党支部
    "provisional_branch": GROUPS,  # 临时党支部
    "party_group": ("member_household",),  # 党小组
    "building_group": ("member_household",),  # 楼院（楼栋）党小组
    "functional_group": (),  # 功能型党小组
    "member_household": (),  # 党员中心户
    "joint_conference": (),  # 党建联席会、大工委
}


def fits(parent_kind: str, kind: str) -> bool:
    """Whether a node of one kind may stand directly below a node of another."""
    return kind in KINDS.get(parent_kind, ())
