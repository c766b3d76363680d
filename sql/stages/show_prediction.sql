-- What a run has said of an image: probabilities as a JSON array.
SELECT probabilities
FROM prediction
WHERE run = :run
  AND image = :image;
