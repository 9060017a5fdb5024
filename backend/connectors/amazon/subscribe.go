package amazon

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"tradepost/backend/channel"
	"tradepost/backend/fault"
)

const (
	// orderNews is Amazon's name of word of changed orders, and newsVersion which form of it is understood here.
	orderNews   = "ORDER_CHANGE"
	newsVersion = "1.0"
	// newsScope is for what belongs to the app and not to a seller
	// (https://developer-docs.amazon.com/sp-api/docs/grantless-operations).
	newsScope = "sellingpartnerapi::notifications"
)

const (
	subscriptionPath = "/notifications/v1/subscriptions/" + orderNews
	destinationsPath = "/notifications/v1/destinations"
)

// subscription is where Amazon lays its word.
type subscription struct {
	Payload struct {
		ID          string `json:"subscriptionId"`
		Destination string `json:"destinationId"`
	} `json:"payload"`
}

// destination is a queue as Amazon knows it.
type destination struct {
	ID       string `json:"destinationId"`
	Resource struct {
		SQS struct {
			Name string `json:"arn"`
		} `json:"sqs"`
	} `json:"resource"`
}

// subscribe sees that Amazon lays word of changed orders into the queue, and asks for it where it does not.
func (c *client) subscribe(ctx context.Context, q queue) error {
	now, err := c.subscribed(ctx)
	if err != nil || now.Payload.ID != "" {
		return err
	}
	name, err := q.name(ctx)
	if err != nil {
		return err
	}
	to, err := c.destined(ctx, name)
	if err != nil {
		return err
	}
	var made subscription
	_, err = c.into(ctx, request{method: http.MethodPost, path: subscriptionPath, bucket: newsBucket, writes: true,
		body: map[string]string{"payloadVersion": newsVersion, "destinationId": to}}, &made)
	return err
}

// subscribed is what Amazon was asked for before; none is the zero value.
func (c *client) subscribed(ctx context.Context) (subscription, error) {
	var now subscription
	_, err := c.into(ctx, request{method: http.MethodGet, path: subscriptionPath, query: url.Values{"payloadVersion": {newsVersion}}, bucket: newsBucket}, &now)
	if fault.Is(err, fault.NotFound) {
		return subscription{}, nil
	}
	return now, err
}

// destined is Amazon's id of the queue, made where it has none.
func (c *client) destined(ctx context.Context, name string) (string, error) {
	token, err := c.appToken(ctx)
	if err != nil {
		return "", err
	}
	all, err := c.destinations(ctx, token)
	if err != nil {
		return "", err
	}
	for _, d := range all {
		if d.Resource.SQS.Name == name {
			return d.ID, nil
		}
	}
	var made struct {
		Payload destination `json:"payload"`
	}
	_, err = c.into(ctx, request{method: http.MethodPost, path: destinationsPath, bucket: newsBucket, writes: true, token: token,
		body: map[string]any{"name": "Tradepost", "resourceSpecification": map[string]any{"sqs": map[string]string{"arn": name}}}}, &made)
	return made.Payload.ID, err
}

func (c *client) destinations(ctx context.Context, token string) ([]destination, error) {
	var got struct {
		Payload []destination `json:"payload"`
	}
	_, err := c.into(ctx, request{method: http.MethodGet, path: destinationsPath, bucket: newsBucket, token: token}, &got)
	return got.Payload, err
}

// tryQueue sees that the queue can be read, and that Amazon's word does not go to another one already.
func (c *client) tryQueue(ctx context.Context) error {
	q, there := queueOf(c.s)
	if !there {
		return nil
	}
	name, err := q.name(ctx)
	if err != nil {
		return err
	}
	now, err := c.subscribed(ctx)
	if err != nil || now.Payload.ID == "" {
		return err
	}
	token, err := c.appToken(ctx)
	if err != nil {
		return err
	}
	all, err := c.destinations(ctx, token)
	for _, d := range all {
		if d.ID == now.Payload.Destination && d.Resource.SQS.Name != name {
			return fault.New(fault.Conflict, "Amazon lays word of your orders into another queue: "+d.Resource.SQS.Name+".", "Use that one, or end its subscription first.").InField(channel.QueueOption)
		}
	}
	return err
}

// appToken signs in as the app itself. It is rarely needed, so it is kept nowhere.
func (c *client) appToken(ctx context.Context) (string, error) {
	form := url.Values{"grant_type": {"client_credentials"}, "scope": {newsScope}, "client_id": {c.s.Option(clientOption)}, "client_secret": {c.s.Secret(clientSecret)}}
	answer, err := c.s.Do(ctx, channel.Call{Method: http.MethodPost, URL: c.s.Option(signInOption), Body: []byte(form.Encode()), Bucket: signInBucket,
		Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "User-Agent": {agent}, "Accept": {"application/json"}}})
	if err != nil {
		return "", err
	}
	var got struct {
		Token string `json:"access_token"`
		Error string `json:"error"`
	}
	if unread := json.Unmarshal(answer.Body, &got); got.Error != "" && answer.Status < http.StatusInternalServerError {
		return "", refused(got.Error)
	} else if failed := judge(answer, false, c.s.Now()); failed != nil {
		return "", failed
	} else if unread != nil || got.Token == "" {
		return "", strange(unread, false)
	}
	return got.Token, nil
}
