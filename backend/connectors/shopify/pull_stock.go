package shopify

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
)

// stockItem is what is kept of a variant's stock: the stocked thing as it came, and the variant that it is the stock of.
type stockItem struct {
	Variant string          `json:"variantId"`
	Item    json.RawMessage `json:"inventoryItem"`
}

// stocked is what of a stocked thing is looked at to make items.
type stocked struct {
	ID       string    `json:"id"`
	Changed  time.Time `json:"updatedAt"`
	Variants struct {
		Nodes []struct {
			ID string `json:"id"`
		} `json:"nodes"`
	} `json:"variants"`
	Levels struct {
		connection
		Nodes []struct {
			Changed time.Time `json:"updatedAt"`
		} `json:"nodes"`
	} `json:"inventoryLevels"`
}

// stockItems makes items of a stocked thing, one for each variant of it: nearly always one.
func stockItems(ctx context.Context, s channel.Session, raw json.RawMessage) ([]channel.Item, error) {
	raw, err := completeLevels(ctx, s, raw)
	if err != nil {
		return nil, err
	}
	var thing stocked
	if err := json.Unmarshal(raw, &thing); err != nil {
		return nil, strange(err, false)
	}
	at := commerce.InstantOf(thing.Changed)
	for _, level := range thing.Levels.Nodes {
		at = max(at, commerce.InstantOf(level.Changed))
	}
	items := make([]channel.Item, 0, len(thing.Variants.Nodes))
	for _, v := range thing.Variants.Nodes {
		text, err := json.Marshal(stockItem{Variant: number(v.ID), Item: raw})
		if err != nil {
			return nil, strange(err, false)
		}
		items = append(items, channel.Item{ID: number(v.ID), UpdatedAt: at, Raw: text})
	}
	return items, nil
}

// changedStock reads what changed, one location after the other.
func changedStock(ctx context.Context, s channel.Session, r channel.PullRequest, c cursor) (channel.Page, error) {
	places := s.Account().Locations
	if c.Place < 0 || c.Place >= len(places) { // there was one more when the walk began
		return c.hand(channel.Page{Done: true}, 0)
	}
	var answer struct {
		Location struct {
			Page struct {
				connection
				Nodes []struct {
					Item json.RawMessage `json:"item"`
				} `json:"nodes"`
			} `json:"page"`
		} `json:"location"`
	}
	size := c.size(r)
	got, err := costly(&size, func() (reply, error) {
		variables := map[string]any{"location": gid("Location", places[c.Place].ID), "query": since(c.From), "first": size}
		if c.After != "" {
			variables["after"] = c.After
		}
		q := question{document: stockChangesDocument, variables: variables, cost: 5 + lists[channel.Stock].cost*float64(size)}
		return into(ctx, s, q, &answer)
	})
	if err != nil {
		return channel.Page{}, err
	}
	c.begin(got.now)
	page := channel.Page{ServerTime: got.now}
	for _, level := range answer.Location.Page.Nodes {
		items, err := stockItems(ctx, s, level.Item)
		if err != nil {
			return channel.Page{}, err
		}
		page.Items = append(page.Items, c.take(items)...)
	}
	if c.After = ""; answer.Location.Page.PageInfo.More {
		c.After = answer.Location.Page.PageInfo.End
	} else {
		c.Place++
	}
	page.Done = c.Place >= len(places)
	return c.hand(page, got.now)
}

// stockRecord is a stocked thing as reading needs it.
type stockRecord struct {
	Variant string `json:"variantId"`
	Item    *struct {
		SKU     string `json:"sku"`
		Tracked bool   `json:"tracked"`
		Levels  struct {
			Nodes []vendorLevel `json:"nodes"`
		} `json:"inventoryLevels"`
	} `json:"inventoryItem"`
}

// vendorLevel is what of a thing lies at one location.
type vendorLevel struct {
	Location   node `json:"location"`
	Quantities []struct {
		Name     string `json:"name"`
		Quantity int64  `json:"quantity"`
	} `json:"quantities"`
}

// node is a thing that is named by its id alone.
type node struct {
	ID string `json:"id"`
}

// available is what can be sold; ok is false where the location does not say.
func (l vendorLevel) available() (int64, bool) {
	for _, q := range l.Quantities {
		if q.Name == "available" {
			return q.Quantity, true
		}
	}
	return 0, false
}

func (l vendorLevel) quantity() commerce.Decimal {
	n, _ := l.available()
	return commerce.Decimal(strconv.FormatInt(n, 10))
}
