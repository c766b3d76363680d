# section: compare
# number: 4
# for: images
# title: Images broken
# caption: Right in the first run, wrong in the second.
# empty: the second run misreads no image that the first one read
# height: 62 + 76 * ceil(rows / 2.0)

load scripts.'changed.gp'
