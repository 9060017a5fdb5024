package order

import (
	"slices"
	"time"

	"tradepost/backend/commerce"
)

// Daily is the number and the value of orders per day, channel by channel.
type Daily struct {
	Days     []time.Time // midnight in UTC of each calendar day
	Channels []DailyChannel
	Previous []int // orders of all channels in the period before, day by day
}

// DailyChannel is one channel's part: as many numbers as there are days. Totals are minor units by currency.
type DailyChannel struct {
	Name, Kind string
	Orders     []int
	Totals     map[commerce.Currency][]int64
}

// Channel finds a channel's part, making it when it is new.
func (d *Daily) Channel(name, kind string) *DailyChannel {
	i := slices.IndexFunc(d.Channels, func(c DailyChannel) bool { return c.Name == name })
	if i < 0 {
		i = len(d.Channels)
		d.Channels = append(d.Channels, DailyChannel{Name: name, Kind: kind, Orders: make([]int, len(d.Days)), Totals: map[commerce.Currency][]int64{}})
	}
	return &d.Channels[i]
}

// Add counts orders and their value on day i.
func (c *DailyChannel) Add(i int, currency commerce.Currency, orders int, total int64) {
	c.Orders[i] += orders
	if c.Totals[currency] == nil {
		c.Totals[currency] = make([]int64, len(c.Orders))
	}
	c.Totals[currency][i] += total
}
