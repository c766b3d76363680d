# section: data
# number: 2
# classes: 200
# for: images
# title: Mean images
# caption: All training images of a class laid over each other; below, dark is where they differ
#   most.
# empty: the dataset has no training images
# also: classes
# height: 62 + 106 * ceil(rows / 10.0)

# Each class's mean image and, below it, where its images differ.
title = 'Mean image of each class and, below, its variability'
@heading
columns = 10; cell_w = 45.2; cell_h = 106
load scripts.'tiles.gp'
size = 40; px = 0; py = 14
size2 = 40; px2 = 0; py2 = 57
cut(s) = strlen(s) > 7 ? substr(s, 1, 3).'…'.substr(s, strlen(s) - 2, strlen(s)) : s
plot for [i = 0:classes - 1] data.'mean_images.bin' @tile @picture, \
     for [i = 0:classes - 1] data.'deviation_images.bin' @other @picture, \
     data.'classes.tsv' using (cx($0) + 20):(cy($0) + 6):(cut(stringcolumn('label'))) \
        with labels font 'Arial,9' tc rgb ink
