# section: data
# number: 3
# for: images
# title: Sample of the training images
# caption: A fixed draw, with the labels of the file.
# empty: the dataset has no training images
# height: 62 + 60 * ceil(rows / 10.0)

# A sheet of training images with their labels.
title = sprintf('%d training images', rows)
@heading
columns = 10; cell_w = 45.2; cell_h = 60
load scripts.'tiles.gp'
size = 40; px = 0; py = 0
plot for [i = 0:rows - 1] data.'samples.bin' @tile @picture, \
     data.'samples.tsv' using (cx($0) + 20):(cy($0) + 48):(stringcolumn('label')) \
        with labels font 'Arial,9' tc rgb ink
