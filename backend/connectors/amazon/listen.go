package amazon

import (
	"context"
	"encoding/json"
	"time"

	"tradepost/backend/channel"
)

// othersWait is how long word of another marketplace is left in the queue for the connection that it concerns.
const othersWait = 15 * time.Minute

// Listen takes what lies in the merchant's queue: word of changed orders, which Amazon lays there from the first time on. It names
// orders alone; what they say now is asked of Amazon.
func (connector) Listen(ctx context.Context, s channel.Session) (channel.News, error) {
	c, err := dial(s)
	if err != nil {
		return channel.News{}, err
	}
	q, there := queueOf(s)
	if !there {
		return channel.News{}, nil
	}
	if err := c.subscribe(ctx, q); err != nil {
		return channel.News{}, err
	}
	letters, err := q.receive(ctx)
	if err != nil {
		return channel.News{}, err
	}
	return c.sorted(letters), nil
}

// Heard takes what was noted off the queue.
func (connector) Heard(ctx context.Context, s channel.Session, receipts []string) error {
	q, there := queueOf(s)
	if !there || len(receipts) == 0 {
		return nil
	}
	return q.remove(ctx, receipts)
}

// sorted reads letters. What concerns another marketplace is left for a while, what nobody here understands is taken off.
func (c *client) sorted(letters []letter) channel.News {
	var news channel.News
	for _, l := range letters {
		var n notification
		_ = json.Unmarshal([]byte(l.Body), &n)
		if c.elsewhere(n) {
			continue
		}
		if id := n.Payload.Order.ID; id != "" && n.Payload.Order.Seller == c.s.Option(sellerOption) {
			news.Hooks = append(news.Hooks, channel.Hook{ID: n.Metadata.ID, Stream: channel.Orders, IDs: []string{id}})
		}
		news.Receipts = append(news.Receipts, l.Receipt)
	}
	return news
}

// elsewhere reports whether fresh word is of another marketplace, whose connection may read the same queue.
func (c *client) elsewhere(n notification) bool {
	place := n.Payload.Order.Summary.Marketplace
	return place != "" && place != c.place.id && c.s.Now().Sub(n.Metadata.Published) < othersWait
}

// notification is what of Amazon's word of an order names things
// (https://developer-docs.amazon.com/sp-api/docs/notification-type-values, ORDER_CHANGE).
type notification struct {
	Payload struct {
		Order struct {
			Seller  string `json:"SellerId"`
			ID      string `json:"AmazonOrderId"`
			Summary struct {
				Marketplace string `json:"MarketplaceId"`
			} `json:"Summary"`
		} `json:"OrderChangeNotification"`
	} `json:"Payload"`
	Metadata struct {
		ID        string    `json:"NotificationId"`
		Published time.Time `json:"PublishTime"`
	} `json:"NotificationMetadata"`
}
