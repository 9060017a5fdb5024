package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

// kit is a product that consists of others, as commands say it.
type kit struct {
	Variant string      `json:"variant"`
	SKU     string      `json:"sku"`
	Title   string      `json:"title"`
	Kind    string      `json:"kind"`
	Version int64       `json:"version"`
	Makes   json.Number `json:"makes"`
	Tracked bool        `json:"tracked"`
	OnHand  json.Number `json:"on_hand"`
	Parts   []struct {
		SKU       string      `json:"sku"`
		Quantity  json.Number `json:"quantity"`
		Tracked   bool        `json:"tracked"`
		Available json.Number `json:"available"`
	} `json:"parts"`
	Made []struct {
		ID       string      `json:"id"`
		Location string      `json:"location"`
		Quantity json.Number `json:"quantity"`
		MadeAt   *string     `json:"made_at"`
		Undone   bool        `json:"undone"`
	} `json:"made"`
}

func (s *shell) kits() *cobra.Command {
	cmd := &cobra.Command{Use: "kits", Short: "Products that consist of others", Args: cobra.NoArgs, RunE: group}
	cmd.AddCommand(s.kitsList(), s.kitShow(), s.kitSet(), s.kitMake("assemble SKU N", "Put so many kits together: components go, kits come", ""),
		s.kitMake("disassemble SKU N", "Take so many kits apart: kits go, components come", "-"), s.kitUndo())
	return cmd
}

func (s *shell) kitsList() *cobra.Command {
	return &cobra.Command{Use: "list", Short: "List kits, with how many can be made", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return s.with(cmd.Context(), false, func(c *client) error {
			var raw json.RawMessage
			if err := c.get("/api/v1/kits", nil, &raw); err != nil {
				return err
			}
			var list struct {
				Kits []kit `json:"kits"`
			}
			if err := json.Unmarshal(raw, &list); err != nil {
				return fmt.Errorf("reading kits: %w", err)
			}
			return s.print(raw, func(out io.Writer) { kitsTable(out, list.Kits) })
		})
	}}
}

func kitsTable(out io.Writer, all []kit) {
	writer := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	row(writer, []string{"SKU", "TITLE", "KIND", "ON HAND", "CAN BE MADE", "COMPONENTS"})
	for _, k := range all {
		parts := make([]string, len(k.Parts))
		for i, p := range k.Parts {
			parts[i] = string(p.Quantity) + " × " + p.SKU
		}
		onHand := ""
		if k.Tracked {
			onHand = string(k.OnHand)
		}
		row(writer, []string{k.SKU, k.Title, k.Kind, onHand, string(k.Makes), strings.Join(parts, ", ")})
	}
	_ = writer.Flush()
}

func (s *shell) kitShow() *cobra.Command {
	return &cobra.Command{Use: "show SKU", Short: "What a kit consists of, and what was put together", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return s.with(cmd.Context(), false, func(c *client) error {
			v, err := c.stockOf(args[0])
			if err != nil {
				return err
			}
			var raw json.RawMessage
			if err := c.get("/api/v1/kits/"+url.PathEscape(v.Variant), nil, &raw); err != nil {
				return err
			}
			return s.printKit(raw)
		})
	}}
}

func (s *shell) printKit(raw json.RawMessage) error {
	var k kit
	if err := json.Unmarshal(raw, &k); err != nil {
		return fmt.Errorf("reading the kit: %w", err)
	}
	return s.print(raw, func(out io.Writer) {
		kitsTable(out, []kit{k})
		for _, p := range k.Parts {
			free := string(p.Available) + " available"
			if !p.Tracked {
				free = "not tracked"
			}
			_, _ = fmt.Fprintf(out, "  %8s  %s, %s\n", p.Quantity, p.SKU, free)
		}
		for _, m := range k.Made {
			words := ""
			if m.Undone {
				words = ", taken back"
			}
			_, _ = fmt.Fprintf(out, "Assembly %s, %s: %s at %s%s\n", m.ID, textOf(m.MadeAt), m.Quantity, m.Location, words)
		}
	})
}

func (s *shell) kitSet() *cobra.Command {
	var kind string
	cmd := &cobra.Command{Use: "set SKU [COMPONENT=QUANTITY...]", Short: "Say what a kit consists of from now on; without components it is no kit any more", Args: cobra.MinimumNArgs(1),
		Example: "  tradepost kits set GIFT-BOX MUG-BLU=2 BOX=1 --kind assembled",
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.with(cmd.Context(), false, func(c *client) error {
				v, err := c.stockOf(args[0])
				if err != nil {
					return err
				}
				components := []map[string]string{}
				for _, text := range args[1:] {
					sku, number, found := strings.Cut(text, "=")
					if !found {
						return usageError{fmt.Sprintf("%q is no component: write SKU=QUANTITY", text)}
					}
					part, err := c.stockOf(sku)
					if err != nil {
						return err
					}
					components = append(components, map[string]string{"variant": part.Variant, "quantity": number})
				}
				var done, raw json.RawMessage
				if err := c.post("/api/v1/stock/"+url.PathEscape(v.Variant)+"/kit", map[string]any{"kind": kind, "components": components}, &done); err != nil {
					return err
				}
				if err := c.get("/api/v1/kits/"+url.PathEscape(v.Variant), nil, &raw); err != nil {
					return err
				}
				return s.printKit(raw)
			})
		}}
	cmd.Flags().StringVar(&kind, "kind", "virtual", "virtual (its components lie on the shelf) or assembled (it lies there itself)")
	return cmd
}

// kitMake is a command that puts kits together, or takes them apart (sign "-").
func (s *shell) kitMake(use, short, sign string) *cobra.Command {
	var location string
	var start bool
	cmd := &cobra.Command{Use: use, Short: short, Args: cobra.ExactArgs(2), RunE: func(cmd *cobra.Command, args []string) error {
		if strings.HasPrefix(args[1], "-") {
			return usageError{"how many is a number above zero"}
		}
		return s.kitWrite(cmd, args[0], "", map[string]any{"quantity": sign + args[1], "location": location, "start": start})
	}}
	cmd.Flags().StringVar(&location, "location", "", "where; blank is the first where the kit is tracked")
	cmd.Flags().BoolVar(&start, "start", false, "what comes and is not tracked there is from now on, with nothing there before")
	return cmd
}

func (s *shell) kitUndo() *cobra.Command {
	return &cobra.Command{Use: "undo SKU ASSEMBLY", Short: "Take an assembly back", Args: cobra.ExactArgs(2), RunE: func(cmd *cobra.Command, args []string) error {
		return s.kitWrite(cmd, args[0], "/"+url.PathEscape(args[1])+"/undo", map[string]any{})
	}}
}

func (s *shell) kitWrite(cmd *cobra.Command, sku, step string, body map[string]any) error {
	return s.with(cmd.Context(), false, func(c *client) error {
		v, err := c.stockOf(sku)
		if err != nil {
			return err
		}
		var raw json.RawMessage
		if err := c.post("/api/v1/kits/"+url.PathEscape(v.Variant)+"/assemblies"+step, body, &raw); err != nil {
			return err
		}
		return s.printKit(raw)
	})
}
