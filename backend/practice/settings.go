package practice

import "tradepost/backend/channel"

// Setting is what a person types into the form that connects a shop by hand.
type Setting struct {
	Name  string `json:"name"`
	Label string `json:"label"` // as the form calls it
	Value string `json:"value"`
	More  bool   `json:"more"` // it stands under More settings
}

// connection are the settings by which a shop is connected, and its secrets. None of them opens anything but the simulated shop.
func (s *shop) connection() (options, secrets map[string]string) {
	if s.Connection != nil {
		return s.Connection(s.address)
	}
	return s.Vendor.Connection(s.address)
}

// settings lists them in the order of the form.
func (s *shop) settings() []Setting {
	all := []Setting{}
	options, secrets := s.connection()
	connector := channel.ConnectorByID(s.id)
	if connector == nil {
		return all
	}
	for _, o := range connector.Manifest().Options {
		value := options[o.Name]
		if o.Type == channel.SecretOption {
			value = secrets[o.Name]
		}
		if value != "" {
			all = append(all, Setting{o.Name, o.Label, chosen(o, value), o.Advanced})
		}
	}
	return all
}

// chosen is a value as the form shows it: of a choice its words.
func chosen(o channel.Option, value string) string {
	for _, c := range o.Choices {
		if c.Value == value {
			return c.Label
		}
	}
	return value
}
