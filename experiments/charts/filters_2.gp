# section: model
# number: 4
# for: images
# title: Filters of the second convolution
# caption: Each is the mean over its input channels.
# empty: the run has no weights, or its net no second convolution
# height: filters_height
# dark: keep

load scripts.'filters.gp'
