# section: gallery
# number: 1
# for: images
# title: Wrong predictions
# caption: True class → predicted class and its confidence; bars: the three most probable classes;
#   at the right, the nearest correctly read image of the predicted class.
# empty: no image was read wrongly, or the run has not been evaluated on images with labels
# also: nearest
# height: 62 + 82 * ceil(rows / 2.0)

# Images read wrongly, with the three most probable classes and, at the right, the correctly read
# image of the predicted class that is nearest to it, pixel by pixel.
title = 'Wrong predictions, the most certain first'
@heading
columns = 2; cell_w = 230; cell_h = 82
load scripts.'tiles.gp'
size = 56; px = 0; py = 18
size2 = 48; px2 = 144; py2 = 22
bar(k) = column('percent'.k) * 0.74
file = data.'wrong.tsv'
plot for [i = 0:rows - 1] data.'wrong.bin' @tile @picture, \
     for [i = 0:rows - 1] data.'nearest.bin' @other @picture, \
     file using (cx($0)):(cy($0) + 9): \
        (sprintf('%s → %s  %.2f %%', strcol('actual_label'), strcol('label1'), column('confidence'))) \
        with labels left font 'Arial,10' tc rgb ink, \
     data.'nearest.tsv' using (cx($0) + 168):(cy($0) + 46): \
        (column('image') > 0 ? '' : 'none right') \
        with labels center font 'Arial,10' tc rgb muted, \
     for [k = 1:3] file using (0):(0):(cx($0) + 62):(cx($0) + 62.5 + bar(k)): \
        (cy($0) + 18 * k + 2):(cy($0) + 18 * k + 16) \
        with boxxyerror fc rgb (k == 1 ? '#80d55e00' : '#a0666666'), \
     for [k = 1:3] file using (cx($0) + 65):(cy($0) + 18 * k + 9):(strcol('label'.k)) \
        with labels left font 'Arial,10' tc rgb ink
