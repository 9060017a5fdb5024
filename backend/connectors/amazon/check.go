package amazon

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// fbaFact tells whether the stock in Amazon's warehouses may be read: "yes" or "no".
const fbaFact = "fba"

// noOrder is an order's id of the right form that nobody has: whether orders may be read shows by the refusal.
const noOrder = "000-0000000-0000000"

// Check signs in and tells whose account it is. Searching orders is too rare to be tried, so one is asked for that is not there.
func (connector) Check(ctx context.Context, s channel.Session) (channel.Account, error) {
	c, err := dial(s)
	if err != nil {
		return channel.Account{}, err
	}
	account := channel.Account{ID: s.Option(sellerOption) + "@" + c.place.id, Name: c.place.domain, URL: "https://sellercentral." + c.place.domain,
		Currency: c.place.currency, Zone: "UTC", Version: "Selling Partner API", Locations: places}
	if err := c.participates(ctx, &account); err != nil {
		return channel.Account{}, err
	}
	if err := c.rights(ctx, &account); err != nil {
		return channel.Account{}, err
	}
	if err := c.tryQueue(ctx); err != nil {
		return channel.Account{}, err
	}
	if len(account.Rights) == 0 {
		return channel.Account{}, fault.New(fault.Permission, vendor+" lets this app neither read nor change anything.",
			"Give it the roles Product Listing and Inventory and Order Tracking, authorise it again and paste the new refresh token.")
	}
	return account, nil
}

// participates finds the shop's name. An app without the role for that goes on without.
func (c *client) participates(ctx context.Context, account *channel.Account) error {
	var got struct {
		Payload []struct {
			Marketplace struct {
				ID       string `json:"id"`
				Currency string `json:"defaultCurrencyCode"`
			} `json:"marketplace"`
			Name          string `json:"storeName"`
			Participation struct {
				Is bool `json:"isParticipating"`
			} `json:"participation"`
		} `json:"payload"`
	}
	_, err := c.into(ctx, request{method: http.MethodGet, path: "/sellers/v1/marketplaceParticipations", bucket: sellersBucket}, &got)
	if fault.Is(err, fault.Permission) {
		return nil
	}
	if known := c.s.Account(); fault.Is(err, fault.RateLimited) && known.ID == account.ID { // this may be asked once in a minute
		account.Name, account.Currency = known.Name, known.Currency
		return nil
	}
	if err != nil {
		return err
	}
	for _, p := range got.Payload {
		if p.Marketplace.ID != c.place.id {
			continue
		}
		if currency, err := commerce.ParseCurrency(p.Marketplace.Currency); err == nil {
			account.Currency = currency
		}
		if p.Name != "" {
			account.Name = p.Name
		}
		if !p.Participation.Is {
			account.Notes = append(account.Notes, "This account does not sell on "+c.place.domain+" at present.")
		}
		return nil
	}
	return fault.New(fault.Invalid, "This account does not sell on "+c.place.domain+".", "Choose the marketplace where it sells.").InField(marketplaceOption)
}

// rights tries what the app's roles allow.
func (c *client) rights(ctx context.Context, account *channel.Account) error {
	orders, err := c.may(ctx, request{method: http.MethodGet, path: "/orders/2026-01-01/orders/" + noOrder, bucket: orderBucket}, "")
	if err != nil {
		return err
	}
	query := c.listingsQuery("summaries")
	query.Set("pageSize", "1")
	listings, err := c.may(ctx, request{method: http.MethodGet, path: c.listingsPath(), query: query, bucket: listingsBucket}, sellerOption)
	if err != nil {
		return err
	}
	fba, err := c.may(ctx, c.fbaRequest([]string{"none"}), "")
	if err != nil {
		return err
	}
	if orders {
		account.Rights = append(account.Rights, string(channel.Orders), string(channel.Ship))
	}
	if listings {
		account.Rights = append(account.Rights, string(channel.Products), string(channel.Stock), string(channel.SetStock), string(channel.SetPrice))
	}
	account.Facts = map[string]string{fbaFact: "yes"}
	if !fba {
		account.Facts[fbaFact] = "no"
		account.Notes = append(account.Notes, "Stock in Amazon's warehouses is not read: the app lacks the role Amazon Fulfillment.")
	}
	return nil
}

// may makes a call to see whether it is allowed. A refusal of what was asked for is the fault of the option field, where one is named.
func (c *client) may(ctx context.Context, r request, field string) (bool, error) {
	var anything json.RawMessage
	_, err := c.into(ctx, r, &anything)
	switch {
	case err == nil:
		return true, nil
	case fault.Is(err, fault.Permission):
		return false, nil
	case fault.Is(err, fault.NotFound), fault.Is(err, fault.Invalid) && fault.Of(err).Field == "":
		if field != "" {
			return false, fault.New(fault.Invalid, vendor+" does not know this merchant token.", "Copy it anew from Account Info in Seller Central.").InField(field)
		}
		return true, nil
	}
	return false, err
}

func (c *client) listingsPath() string {
	return "/listings/2021-08-01/items/" + url.PathEscape(c.s.Option(sellerOption))
}

// listingsQuery asks for parts of listings on the marketplace.
func (c *client) listingsQuery(parts ...string) url.Values {
	return url.Values{"marketplaceIds": {c.place.id}, "includedData": {strings.Join(parts, ",")}}
}
