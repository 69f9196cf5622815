# Runs what docs/exports.md says of `survival` (the file named first) in the folder of the exports, and writes
# what came of it: the hazard of each stratum by its number, as `mstate::msfit` reads a model of strata alone,
# and each step of each spell, as `TraMineR` fills its sequences.
source(commandArgs(trailingOnly = TRUE)[1])
found <- summary(survfit(fit))
write.csv(
  data.frame(number = as.numeric(found$strata), time = found$time, hazard = -log(found$surv)),
  "hazards.csv", row.names = FALSE
)
spells <- read.csv("paths-spell.csv")
stopifnot(is.integer(spells$begin), is.integer(spells$end), min(spells$begin) == 1)
each <- unique(spells$id)
steps <- matrix(NA_character_, length(each), max(spells$end))
for (row in seq_len(nrow(spells))) {
  where <- cbind(match(spells$id[row], each), spells$begin[row]:spells$end[row])
  stopifnot(is.na(steps[where]))
  steps[where] <- spells$state[row]
}
stopifnot(!is.na(steps))
write.csv(
  data.frame(weight = spells$weight[match(each, spells$id)], steps), "sequences.csv", row.names = FALSE
)
