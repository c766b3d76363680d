-- The images of a class that a run read correctly, on the part on which it was judged.
SELECT prediction.image
FROM prediction
JOIN image ON image.id = prediction.image
WHERE prediction.run = :run
  AND prediction.class = :class
  AND image.class = prediction.class
  AND image.part = iif(
      (SELECT max(part) FROM evaluation WHERE run = :run AND correct IS NOT NULL) = 'test',
      'test', 'train')
ORDER BY prediction.image;
