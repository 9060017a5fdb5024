package sim

import (
	"encoding/json"
	"fmt"
	"time"
)

// kept is a company file as it is kept.
type kept struct {
	Name     string            `json:"name"`
	Currency string            `json:"currency"`
	Multi    bool              `json:"multi"`
	IDs      int               `json:"ids"`
	Lists    []*Record         `json:"lists"`
	Txns     []*Txn            `json:"txns"`
	Sets     map[string]string `json:"sets"`
	Closed   string            `json:"closed"`
	Log      []string          `json:"log"`
}

// Keep gives a company file as JSON.
func (c *Company) Keep() ([]byte, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	raw, err := json.MarshalIndent(kept{c.name, c.currency, c.multi, c.ids, c.lists, c.txns, c.sets, c.closed, c.log}, "", " ")
	if err != nil {
		return nil, fmt.Errorf("keeping the company file: %w", err)
	}
	return raw, nil
}

// OpenCompany makes a company file of what Keep gave.
func OpenCompany(raw []byte, now func() time.Time) (*Company, error) {
	var k kept
	if err := json.Unmarshal(raw, &k); err != nil {
		return nil, fmt.Errorf("reading the company file: %w", err)
	}
	c := NewCompany(k.Name, now)
	c.currency, c.multi, c.ids, c.lists, c.txns, c.closed, c.log = k.Currency, k.Multi, k.IDs, k.Lists, k.Txns, k.Closed, k.Log
	if k.Sets != nil {
		c.sets = k.Sets
	}
	return c, nil
}
