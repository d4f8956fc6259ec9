"""行业: the N of 5+N, 民主议事, as each sector offers it (names; the words are in labels.toml)."""

SECTORS: dict[str, tuple[str, ...]] = {
    "community": ("benefit_funds", "property_services", "member_appraisal", "culture_sport"),  # 社区
    "village": ("three_assets", "village_projects", "village_civility"),  # 农村
    "two_new": ("strategy", "management", "core_business"),  # 两新
    "government": ("office_building", "theory_seminar", "conduct_appraisal"),  # 机关事业
    "state_owned": ("major_operations", "staff_interests"),  # 国企
    "school": ("teaching_research", "teaching_staff"),  # 学校
    "medical": ("medical_quality", "nursing_quality", "medical_ethics"),  # 医疗卫生
}
