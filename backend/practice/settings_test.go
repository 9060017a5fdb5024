package practice_test

import (
	"strings"
	"testing"

	"tradepost/backend/channel"
)

// TestThePanelSaysHowToConnect names for each shop all that the form of its connector has to have, so that a person can connect it in the window.
func TestThePanelSaysHowToConnect(t *testing.T) {
	company, _, _ := running(t)
	for _, shop := range company.State().Shops {
		said := map[string]string{}
		for _, s := range shop.Settings {
			said[s.Name] = s.Value
		}
		secrets := 0
		for _, o := range channel.ConnectorByID(shop.ID).Manifest().Options {
			if o.Required && o.Default == "" && o.Only == "" && said[o.Name] == "" {
				t.Errorf("%s: nothing is said of “%s”", shop.Name, o.Label)
			}
			if o.Type == channel.SecretOption && said[o.Name] != "" {
				secrets++
			}
		}
		if secrets == 0 || !strings.Contains(strings.Join(valuesOf(said), " "), shop.URL) {
			t.Errorf("%s: said is %v", shop.Name, said)
		}
	}
}

func valuesOf(all map[string]string) (values []string) {
	for _, v := range all {
		values = append(values, v)
	}
	return values
}
