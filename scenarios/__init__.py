"""What staff should say: scenarios, the simulated owner, the judge of utterances, the debrief."""
