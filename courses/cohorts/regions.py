"""The nine regions of England, by the codes that questionnaires and the evaluation use (ONS, "Regions of England"). Pure."""

REGIONS: dict[str, str] = {
    "east_midlands": "East Midlands",
    "east_of_england": "East of England",
    "london": "London",
    "north_east": "North East",
    "north_west": "North West",
    "south_east": "South East",
    "south_west": "South West",
    "west_midlands": "West Midlands",
    "yorkshire_humber": "Yorkshire and The Humber",
}
