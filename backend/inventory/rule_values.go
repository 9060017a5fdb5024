package inventory

import (
	"strconv"
	"strings"

	"tradepost/backend/commerce"
)

// allLocations is how a rule's locations are written where it says that all of them count.
const allLocations = "all"

// RuleFields are the values of a rule, in the order in which people read them.
var RuleFields = []string{"buffer", "percent", "lag_most", "end_when", "most", "locations", "master", "last_units", "rank"}

// RuleFieldWords say of what a field is, for people.
var RuleFieldWords = map[string]string{"buffer": "what is kept back", "percent": "the share that is kept back", "lag_most": "what is kept back for late news",
	"end_when": "when offering ends", "most": "the most that is shown", "locations": "the locations that count", "master": "whose word on stock holds",
	"last_units": "when last units are shared", "rank": "the rank"}

// Values is what a rule says as text, by field: "" is nothing. Locations are ids with commas between them.
func (r Rule) Values() map[string]string {
	return map[string]string{"buffer": string(r.Buffer), "percent": string(r.Percent), "lag_most": string(r.LagMost), "end_when": string(r.EndWhen), "most": string(r.Most),
		"locations": locationsText(r.Locations), "master": string(r.Master), "last_units": string(r.LastUnits), "rank": string(r.Rank)}
}

// With is the rule as text says it, field by field; what the text does not have stays.
func (r Rule) With(values map[string]string) Rule {
	for field, into := range map[string]*commerce.Decimal{"buffer": &r.Buffer, "percent": &r.Percent, "lag_most": &r.LagMost, "end_when": &r.EndWhen, "most": &r.Most,
		"last_units": &r.LastUnits, "rank": &r.Rank} {
		if value, said := values[field]; said {
			*into = commerce.Decimal(value)
		}
	}
	if value, said := values["master"]; said {
		r.Master = Master(value)
	}
	if value, said := values["locations"]; said {
		r.Locations = locationsOf(value)
	}
	return r
}

func locationsText(ids []int64) string {
	if ids != nil && len(ids) == 0 {
		return allLocations
	}
	all := make([]string, len(ids))
	for i, id := range ids {
		all[i] = strconv.FormatInt(id, 10)
	}
	return strings.Join(all, ",")
}

func locationsOf(text string) []int64 {
	if text == "" {
		return nil
	}
	ids := []int64{}
	for each := range strings.SplitSeq(text, ",") {
		if id, err := strconv.ParseInt(each, 10, 64); err == nil {
			ids = append(ids, id)
		}
	}
	return ids
}
