# section: model
# number: 3
# for: images
# title: Filters of the first convolution
# caption: Orange adds to a unit's value, blue takes away, white does neither.
# empty: the run has no weights, or its net no convolution
# height: filters_height
# dark: keep

load scripts.'filters.gp'
