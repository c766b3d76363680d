# section: data
# number: 6
# for: images
# title: Duplicates
# caption: Two places of each; such with different labels come first, then such in both files.
# empty: no two images of the dataset are the same, pixel for pixel
# height: 62 + 74 * ceil(rows / 3.0)

# Images that occur more than once, with where they stand.
title = 'Images that occur more than once'
@heading
columns = 3; cell_w = 152; cell_h = 74
load scripts.'tiles.gp'
size = 56; px = 0; py = 4
file = data.'duplicates.tsv'
plot for [i = 0:rows - 1] data.'duplicates.bin' @tile @picture, \
     file using (cx($0) + 62):(cy($0) + 12):(sprintf('%d copies', column('copies'))) \
        with labels left font 'Arial,10' tc rgb ink, \
     file using (cx($0) + 62):(cy($0) + 28):(strcol('first_row').': '.strcol('first_label')) \
        with labels left font 'Arial,9' tc rgb ink, \
     file using (cx($0) + 62):(cy($0) + 44):(strcol('other_row').': '.strcol('other_label')) \
        with labels left font 'Arial,9' tc rgb ink
