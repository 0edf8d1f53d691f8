package event

// weights of the main date's features: a softmax over the candidates of each
// story, fitted on the 293 MUC development stories whose dated incidents share
// one exact day, with a quadratic penalty of 0.03 (package timex/score, Fit; a
// test there repeats the fit). Three features never occur in those stories;
// their weights are priors: fTitle, fQuoted and fNames.
var weights = Weights{
	fFallback:     -0.12,
	fFallbackHas:  -0.40,
	fTitle:        0.50, // prior
	fFirst:        0.66,
	fLead:         0.20,
	fEarly:        -0.30,
	fFirstMention: -0.11,
	fMentions:     -0.10,
	fLag0:         -0.18,
	fLag1:         0.26,
	fLag3:         0.52,
	fLag7:         0.14,
	fLag31:        0.29,
	fLagYear:      0.01,
	fOld:          -0.30,
	fFuture:       -0.62,
	fCoarse:       -1.01,
	fDaypart:      0.40,
	fSaying:       -0.23,
	fEventful:     0.70,
	fUnsure:       -0.35,
	fQuoted:       -0.40, // prior
	fWeekday:      -0.24,
	fExplicit:     -0.47,
	fChain:        -0.08,
	fOpen:         -0.14,
	fNames:        0.20, // prior
	fEventSent:    0.25,
	fFirstEvent:   0.33,
	fToday:        -0.14,
	fPast:         0.51,
	fLateSent:     -0.19,
	fNoTime:       -0.13,
}

// Priors are the features whose weights are not fitted.
var Priors = []int{fTitle, fQuoted, fNames}

// Fitted is the committed table, for the test that repeats the fit.
func Fitted() Weights { return weights }

// calibration maps the share of the softmax to the share of right answers that
// cross-validation found there, on the same stories.
var calibration = [...][2]float64{{0, 0.2}, {0.28, 0.40}, {0.36, 0.50}, {0.45, 0.63}, {0.55, 0.71}, {0.65, 0.79}, {0.75, 0.85}, {0.86, 0.95}, {1, 0.98}}

// calibrated interpolates in the table.
func calibrated(p float64) float32 {
	for i := 1; i < len(calibration); i++ {
		a, b := calibration[i-1], calibration[i]
		if p <= b[0] {
			return float32(a[1] + (b[1]-a[1])*(p-a[0])/(b[0]-a[0]))
		}
	}
	return 0.98
}
