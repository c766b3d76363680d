#!/bin/bash
# What a competitor asks, answered by a named question or by one statement of SQL over the views.
# The answers are worked by hand from fixtures/questions.sql, whose head says who is wrong about
# what.
. tests/lib.sh

cat sql/schema.sql sql/views/*.sql "$FIXTURE/questions.sql" |
    sqlite3 -bail "$DB" || exit 1

# Answers are CSV without the header; `columns` picks some.
ask() { "$BIN/ask" --db "$DB" --quiet --format csv "$@" | sed 1d; }
select_() { sqlite3 -csv "$DB" "SELECT $1"; }
columns() { cut -d, -f"$1"; }
question() { equal "$1" "$2" "$3"; }

# --- which run is best, and is it luck?
question 'Which of my runs is best?' '3,wide,0.9' "$(ask leaderboard limit=1 | columns 2,4,8)"
question 'In what order do they come?' '3 4 2 1' "$(ask leaderboard | columns 2 | xargs)"
# 0.1 over run 4, which has one more wrong: sqrt(1 - 1/10) / 10. Run 2 over run 1: two fixed, one
# broken: sqrt(3 - 1/10) / 10.
question 'Is each gain over the next best larger than its standard error?' \
    '0.1,0.09487,yes 0.1,0.09487,yes 0.1,0.17029,no ,,' "$(ask leaderboard | columns 10-12 | xargs)"
# Over run 1: run 3 fixes three, sqrt(3 - 9/10) / 10; run 4 two, sqrt(2 - 4/10) / 10.
question 'And over my baseline, run 1?' '0.3,0.14491,yes 0.2,0.12649,yes 0.1,0.17029,no ,,' \
    "$(ask leaderboard baseline=1 | columns 10-12 | xargs)"
question 'How sure is the accuracy of the best one?' 0.0949 \
    "$(select_ 'round(standard_error, 4) FROM leaderboard WHERE run = 3')"
# (0.6 + 0.7) / 2, and the root of 0.05^2 + 0.05^2 over n - 1 = 1.
question 'Which experiment is best over its seeds, with mean and deviation?' \
    'wide,2,2,0.85,0.07071,3 base,2,2,0.65,0.07071,2' \
    "$(ask experiments | columns 1,4-7,10 | xargs)"

# --- two runs
question 'What did I change between runs 1 and 3, and nothing else?' \
    'experiment,base,wide parameters,10,20 train.batch,32,64 layer dense 2,1, layer dense 4,,1' \
    "$(ask compare a=1 b=3 | columns 1-3 |
       grep -E '^(exp|par|train|layer|seed|data|split|cpu)' | xargs)"
question 'Was it the same program?' "git commit,$(printf '%040d,%040d' 1 2),
program hash,$(printf '%064d,%064d' 1 2)," "$(ask compare a=1 b=3 | grep -E '^(git|program)')"
question 'How many images did run 3 fix, how many break, and is that luck? (p = 2 / 2^3)' \
    '1 both wrong 3 fixed 0 broken 0.3 gain 0.144914 standard error of it 0.25 McNemar p' \
    "$(ask compare a=1 b=3 | sed -n 's/^validation \([^,]*\),,,\(.*\)/\2 \1/p' | xargs)"
question 'The same of runs 1 and 2: 2 * (1 + 3) / 2^3' '2,1,1.0' \
    "$(select_ "fixed, broken, p FROM comparison WHERE a = 1 AND b = 2 AND part = 'validation'")"
question 'Which images did run 3 fix?' '2 3 4' "$(select_ 'a.image FROM mistake AS a
    LEFT JOIN mistake AS b ON b.run = 3 AND b.image = a.image
    WHERE a.run = 1 AND b.image IS NULL ORDER BY 1' | xargs)"
question 'By how much did accuracy, loss and time change?' \
    'validation accuracy,0.6,0.9,0.3 validation loss,0.85,0.6,-0.25 epochs,2,3,1.0' \
    "$(ask compare a=1 b=3 | grep -E '^(validation (acc|loss)|epochs)' | xargs)"

# --- where it errs
# Class even: images 2 4 6 8 10, run 1 wrong about 2 and 4; odd: 1 3 5 7 9, wrong about 1 and 3.
question 'How good is run 1 at each class?' 'even,0.6,0.6,0.6,5,5,3 odd,0.6,0.6,0.6,5,5,3' \
    "$(ask class_report --run 1 | xargs)"
question 'Which class is taken for which?' 'even,odd,2,40.0 odd,even,2,40.0' \
    "$(ask top_confusions --run 1 | xargs)"
question 'What does the confusion matrix look like?' ' even odd even 5 . odd 1 4' \
    "$(ask confusion --run 3 | tr -d '"' | tr -s ', \n' ' ' | sed 's/ $//')"
question 'What are the worst mistakes of run 1?' '1,odd,even,0.99,0.01 2,even,odd,0.75,0.25' \
    "$(ask mistakes --run 1 limit=2 | columns 1,4- | xargs)"
question 'Which images does every run get wrong?' '1,validation,1,odd,even 4,4,0.99' \
    "$(ask always_wrong)"
question 'Which images does only run 3 get right?' '2,even,0.95,3,0.75' \
    "$(ask only_right --run 3 | columns 1,4-)"
question 'And run 1?' '' "$(ask only_right --run 1)"
question 'Which images are hard, and how often do they go wrong?' '1,4,4 2,3,4 3,1,4 4,1,4 5,1,4' \
    "$(select_ 'image, wrong_runs, judging_runs FROM hard_image
        ORDER BY wrong_runs DESC, image' | xargs)"

# --- how sure it is
# Run 1 errs at 0.99, 0.75, 0.55 and 0.55.
question 'How sure is run 1 when right and when wrong?' \
    'validation,right,6,0.95,0.95,0.95 validation,wrong,4,0.71,0.55,0.99' \
    "$(ask confidence --run 1 | xargs)"
# Steps 0.5: 0 of 2 right at 0.55; 0.7: 0 of 1 at 0.75; 0.9: 6 of 7 at 6.69 / 7.
# (2 * 0.55 + 0.75 + |6 - 6.69|) / 10 = 0.254.
question 'Is it as often right as it says?' \
    '0.5 to 0.6,2,2,0.55,0.0,-0.55
0.7 to 0.8,1,1,0.75,0.0,-0.75
0.9 to 1.0,7,1,0.9557,0.8571,-0.0986' \
    "$(ask calibration --run 1 | columns 2- | head -n 3)"
question 'What is its expected calibration error?' 'all,10,4,0.854,0.6,0.254' \
    "$(ask calibration --run 1 | columns 2- | tail -n 1)"
question 'How many answers above 0.9 are wrong?' 1 \
    "$(select_ 'count(*) FROM wrong_prediction WHERE run = 1 AND confidence > 0.9')"

# --- training
question 'How did run 3 go, and which epoch counts?' '1,"",0.8 2,*,0.6 3,"",0.7' \
    "$(ask history --run 3 | columns 2,3,7 | xargs -d '\n')"
question 'Does it learn by heart? Gap of losses and of accuracies by epoch' \
    '1,-0.1,-0.1,0.0 2,0.1,-0.1,0.0 3,0.5,0.1,0.1' \
    "$(ask overfitting --run 3 | columns 2,6,9,10 | xargs)"
question 'What did batch size do over all runs?' \
    '64,2,0.85,0.07071,0.8,0.9 32,2,0.65,0.07071,0.6,0.7' \
    "$(ask effect name=train.batch | columns 3,5-9 | xargs)"
question 'What have I varied at all?' 'train.batch train.learning_rate' \
    "$(ask effect | columns 2 | uniq | xargs)"
# Runs 1 and 2 take 20 s, run 4 60 s for ten points more than run 2, run 3 30 s more for ten more.
question 'What did each gain cost, in seconds for 0.01 %?' \
    '1,20.0,, 2,20.0,10.0,0.0 4,60.0,10.0,0.04 3,90.0,10.0,0.03' \
    "$(ask cost | columns 1,5,8,9 | xargs)"
# 20 points in 30 s and 10 images of training.
question 'And within run 3?' '1,,, 2,20.0,0.015,0.0' \
    "$(ask epoch_cost --run 3 | columns 2,5-7 | xargs)"
question 'How fast is each net?' 'base,100.0 wide,50.0' \
    "$(select_ 'experiment, avg(images_per_second) FROM leaderboard GROUP BY 1' | xargs)"

# --- data
question 'How many images of each class are there?' 'even,10,50.0,0 odd,10,50.0,0 all,20,100.0,4' \
    "$(ask data | xargs)"
question 'Are there duplicates, and do they leak from train to test?' \
    'within train,1,1,1 within test,1,1,0 test images in train,1,1,0' \
    "$(ask duplicates | xargs)"
question 'Which files was it read from?' 'train.csv,20 test.csv,4' \
    "$(ask datasets | columns 6,7 | xargs)"

# --- submissions
question 'What did I submit, and how did it score?' \
    '3,0.9,0.5,-0.4,yes,0.52 1,0.6,0.55,-0.05,no,' \
    "$(ask submissions | columns 1,6-10 | xargs)"
question 'Which submission was best in public?' '1,submissions/one.csv' \
    "$(select_ 'run, file FROM submission_ledger ORDER BY public_score DESC LIMIT 1')"
question 'What made the file whose SHA-256 begins with abc?' \
    "submissions/three.csv 3 wide 1 $(printf '%064d' 33) $(printf '%064d' 2) # wide" \
    "$(ask origin sha256=abc | grep -E '^(file|run|experiment|seed|weights|program hash|conf),' |
       columns 2 | xargs)"
question 'Which data made it?' "shapes version 1,train.csv $(printf '%064d' 2)" \
    "$(ask origin file=three.csv | grep -E '^(dataset|train file),' | columns 2 | paste -sd,)"

# --- the log
question 'What happened to run 5?' 'failed,step 7: the loss is not a number' \
    "$(select_ 'status, message FROM run_summary WHERE run = 5' | tr -d '"')"
question 'Which runs did not finish?' '5,failed 6,interrupted' \
    "$(select_ "run, status FROM run_summary WHERE status <> 'finished'" | xargs)"
question 'What was run 3 given?' 'wide 1 64 0.001 dense 4' \
    "$(ask run --run 3 | grep -E '^(experiment|seed|train.batch|train.learning_rate|layer 1),' |
       columns 2 | xargs)"
question 'What did the programs do last for run 3?' 'submit,4 rows train,finished after 3 epochs' \
    "$(ask stages --run 3 | columns 2,7 | xargs)"
question 'Which runs have batch 64 or a learning rate above 0.005? (OR)' '2 3 4' \
    "$(select_ "DISTINCT run FROM leaderboard JOIN hyperparameter USING (run)
        WHERE name = 'train.batch' AND value = 64 OR name = 'train.learning_rate' AND value > 0.005
        ORDER BY run" | xargs)"
question 'Can I have that as JSON?' '[{"run": 3,"accuracy": 0.9}]' \
    "$("$BIN/ask" --db "$DB" --format json --sql \
       'SELECT run, accuracy FROM leaderboard WHERE accuracy > 0.85' | tr -d '\n' |
       sed 's/ {/{/; s/, /,/')"

# --- the same at the front door
made() { make --no-print-directory DB="$DB" BUILD="${BUILD:-build}" "$@"; }
made build > "$T/.out"
question 'make compare' "$(ask compare a=1 b=3)" "$(made compare A=1 B=3 FORMAT=csv | sed 1d)"
question 'make ask Q= NAME=' "$(ask effect name=train.batch)" \
    "$(made ask Q=effect NAME=train.batch FORMAT=csv | sed 1d)"
question 'make ask SQL=' 6 "$(made ask SQL='SELECT count(*) AS runs FROM run' FORMAT=csv | sed 1d)"
question 'make leaderboard BASELINE=' "$(ask leaderboard baseline=1)" \
    "$(made leaderboard BASELINE=1 FORMAT=csv | sed 1d)"
finish
