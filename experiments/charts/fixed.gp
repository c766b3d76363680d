# section: compare
# number: 3
# for: images
# title: Images fixed
# caption: Wrong in the first run, right in the second.
# empty: the second run reads no image that the first one misread
# height: 62 + 76 * ceil(rows / 2.0)

load scripts.'changed.gp'
