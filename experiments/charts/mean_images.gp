# mean_images.gp: each class's mean image and, below it, where its images differ. In: classes.
title = 'Mean image of each class and, below, its variability'
@heading
columns = 10; cell_w = 45.2; cell_h = 106
load scripts.'tiles.gp'
size = 40; px = 0; py = 14
cut(s) = strlen(s) > 7 ? substr(s, 1, 3).'…'.substr(s, strlen(s) - 2, strlen(s)) : s
plot for [i = 0:classes - 1] data.'mean_images.bin' @tile @picture, \
     for [i = 0:classes - 1] data.'deviation_images.bin' binary skip=(i * TH * TW * TC) array=(TW,TH) format=bytes \
        dx=(1.0 * size / TW) dy=(1.0 * size / TW) origin=(cx(i) + 0.5 * size / TW, cy(i) + 57 + 0.5 * size / TW) @picture, \
     data.'classes.tsv' using (cx($0) + 20):(cy($0) + 6):(cut(stringcolumn('label'))) with labels font 'Arial,9' tc rgb ink
