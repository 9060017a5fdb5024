package shopify

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// shop is what Check asks for.
type shop struct {
	Shop struct {
		ID            string `json:"id"`
		Name          string `json:"name"`
		Domain        string `json:"myshopifyDomain"`
		PrimaryDomain struct {
			URL string `json:"url"`
		} `json:"primaryDomain"`
		Currency     commerce.Currency   `json:"currencyCode"`
		Presentments []commerce.Currency `json:"enabledPresentmentCurrencies"`
		Zone         string              `json:"ianaTimezone"`
		Plan         struct {
			Name string `json:"publicDisplayName"`
		} `json:"plan"`
	} `json:"shop"`
	Installation struct {
		Scopes []struct {
			Handle string `json:"handle"`
		} `json:"accessScopes"`
	} `json:"currentAppInstallation"`
	Versions []struct {
		Handle    string `json:"handle"`
		Supported bool   `json:"supported"`
	} `json:"publicApiVersions"`
}

// needed are the scopes of what the manifest claims. A scope to write is one to read, too.
var needed = []struct {
	right  string
	scopes []string
}{
	{string(channel.Products), []string{"read_products"}},
	{string(channel.Stock), []string{"read_products", "read_inventory", "read_locations"}},
	{string(channel.Customers), []string{"read_customers"}},
	{string(channel.Orders), []string{"read_orders"}},
	{string(channel.SetStock), []string{"read_products", "write_inventory", "read_locations"}},
	{string(channel.SetPrice), []string{"write_products"}},
	{string(channel.Ship), []string{"write_orders", "write_merchant_managed_fulfillment_orders"}},
	{string(channel.Cancel), []string{"write_orders"}},
	{string(channel.Refund), []string{"write_orders", "read_merchant_managed_fulfillment_orders"}},
}

// has tells whether the app was given a scope.
func (f shop) has(scope string) bool {
	for _, s := range f.Installation.Scopes {
		if s.Handle == scope || strings.TrimPrefix(s.Handle, "write_") == strings.TrimPrefix(scope, "read_") {
			return true
		}
	}
	return false
}

func (f shop) rights() (rights, missing []string) {
	for _, one := range needed {
		lacks := slices.DeleteFunc(slices.Clone(one.scopes), f.has)
		if len(lacks) == 0 {
			rights = append(rights, one.right)
		}
		for _, scope := range lacks {
			if !slices.Contains(missing, scope) {
				missing = append(missing, scope)
			}
		}
	}
	return rights, missing
}

func (connector) Check(ctx context.Context, s channel.Session) (channel.Account, error) {
	base, err := address(s)
	if err != nil {
		return channel.Account{}, err
	}
	var found shop
	r, err := into(ctx, s, question{document: shopDocument, cost: 10}, &found)
	if err != nil {
		return channel.Account{}, err
	}
	rights, missing := found.rights()
	if len(rights) == 0 {
		return channel.Account{}, fault.New(fault.Permission, "The app may neither read nor change anything in the shop.",
			"In the Dev Dashboard give it these scopes, release it and approve it in the shop: "+Scopes+".")
	}
	account := found.account(base, rights)
	account.Notes = found.notes(r.version, missing)
	if found.has("read_locations") {
		if account.Locations, err = locations(ctx, s); err != nil {
			return channel.Account{}, err
		}
	}
	if found.has("read_customers") {
		hidden, err := peopleHidden(ctx, s)
		if err != nil {
			return channel.Account{}, err
		}
		account.Notes = append(account.Notes, hidden...)
	}
	return account, nil
}

func (f shop) account(base string, rights []string) channel.Account {
	place := base
	if u, err := url.Parse(base); err == nil && !local(u) && f.Shop.Domain != "" {
		place = "https://" + f.Shop.Domain
	}
	return channel.Account{
		ID: f.Shop.Domain, Name: f.Shop.Name, URL: place + "/admin", Currency: f.Shop.Currency, Zone: f.Shop.Zone, Rights: rights,
		Version: "Admin GraphQL " + apiVersion, Facts: map[string]string{"plan": f.Shop.Plan.Name},
	}
}

// notes are what a person should know of this shop.
func (f shop) notes(served string, missing []string) []string {
	var notes []string
	if f.has("read_orders") && !f.has("read_all_orders") {
		notes = append(notes, "Orders of the last 60 days alone are given: "+vendor+" has not granted read_all_orders to the app. Older ones can be imported from a CSV file.")
	}
	if len(missing) > 0 {
		notes = append(notes, "These scopes are missing, and what needs them is left out: "+strings.Join(missing, ", ")+".")
	}
	if slices.ContainsFunc(f.Shop.Presentments, func(c commerce.Currency) bool { return c != f.Shop.Currency }) {
		notes = append(notes, "The shop sells in several currencies: amounts here are in "+string(f.Shop.Currency)+", what a buyer saw stays in the raw record.")
	}
	return append(notes, f.versionNote(served)...)
}

// versionNote tells where another version answers, or ours is about to end. A retired one is answered by the oldest that is served.
func (f shop) versionNote(served string) []string {
	switch {
	case served != "" && served < apiVersion:
		return []string{"Version " + served + " answers where " + apiVersion + " was asked for: something between changes the call. What " + apiVersion + " adds is not there."}
	case served > apiVersion:
		return []string{vendor + " has retired version " + apiVersion + " and answers by " + served + ": get a newer Tradepost before something stops."}
	}
	for _, v := range f.Versions {
		if v.Handle == apiVersion && v.Supported {
			return nil
		}
	}
	return []string{"Version " + apiVersion + " is no longer among those that " + vendor + " supports: get a newer Tradepost."}
}

// locations lists where stock lies.
func locations(ctx context.Context, s channel.Session) ([]channel.Location, error) {
	all := []channel.Location{}
	for after := (*string)(nil); ; {
		var found struct {
			Locations struct {
				connection
				Nodes []struct {
					ID     string `json:"id"`
					Name   string `json:"name"`
					Active bool   `json:"isActive"`
				} `json:"nodes"`
			} `json:"locations"`
		}
		q := question{document: locationsDocument, variables: map[string]any{"after": after}, cost: 12}
		if _, err := into(ctx, s, q, &found); err != nil {
			return nil, err
		}
		for _, l := range found.Locations.Nodes {
			if l.Active {
				all = append(all, channel.Location{ID: number(l.ID), Name: l.Name})
			}
		}
		if !found.Locations.PageInfo.More {
			return all, nil
		}
		after = &found.Locations.PageInfo.End
	}
}

// connection is how a page of a list ends.
type connection struct {
	PageInfo struct {
		More bool   `json:"hasNextPage"`
		End  string `json:"endCursor"`
	} `json:"pageInfo"`
}

// peopleHidden finds out whether names are shown: by plan and kind of app Shopify leaves them out
// (https://shopify.dev/docs/apps/launch/protected-customer-data).
func peopleHidden(ctx context.Context, s channel.Session) ([]string, error) {
	r, err := ask(ctx, s, question{document: peopleDocument, cost: 4})
	hidden := []string{"Names and addresses of buyers are hidden from this app: in the Dev Dashboard ask for access to protected customer data, levels 1 and 2."}
	switch {
	case fault.Is(err, fault.Permission):
		return hidden, nil
	case err != nil:
		return nil, err
	case len(r.denied) > 0:
		return hidden, nil
	}
	return nil, nil
}
