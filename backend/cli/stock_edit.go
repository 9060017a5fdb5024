package cli

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"tradepost/backend/fault"
)

// plannedEdit is what an edit of a level does, as commands say it.
type plannedEdit struct {
	SKU      string       `json:"sku"`
	Location string       `json:"location"`
	Now      *json.Number `json:"now"`
	To       json.Number  `json:"to"`
	By       json.Number  `json:"by"`
	Verdict  string       `json:"verdict"`
	Problem  *string      `json:"problem"`
}

type plannedEdits struct {
	Run   string        `json:"run"`
	Edits []plannedEdit `json:"edits"`
}

func (s *shell) stockEdit() *cobra.Command {
	var file, reason string
	var apply bool
	cmd := &cobra.Command{Use: "edit --file FILE", Short: "Change many levels at once, as one run that can be taken back", Args: cobra.NoArgs,
		Long: "The file is a block as a spreadsheet copies it: columns between tabs, the SKU first, then what is on hand at each location.\n" +
			"Its first line names the locations: SKU, then their names. A blank cell leaves the level as it is.\n" +
			"Without --apply it shows what would be. - reads from standard input.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			edits, err := editsIn(file)
			if err != nil {
				return err
			}
			return s.with(cmd.Context(), false, func(c *client) error {
				path := "/api/v1/stock/edits/plan"
				if apply {
					path = "/api/v1/stock/edits"
				}
				var raw json.RawMessage
				if err := c.post(path, map[string]any{"edits": edits, "reason": reason}, &raw); err != nil {
					return err
				}
				var done plannedEdits
				if err := json.Unmarshal(raw, &done); err != nil {
					return fmt.Errorf("reading the answer: %w", err)
				}
				return s.print(raw, done.words)
			})
		}}
	cmd.Flags().StringVar(&file, "file", "", "the block (needed); - is standard input")
	cmd.Flags().StringVar(&reason, "reason", "", "makes adjustments of them, with this reason; without one they are counts")
	cmd.Flags().BoolVar(&apply, "apply", false, "carry it out")
	_ = cmd.MarkFlagRequired("file")
	return cmd
}

// editsIn reads a block of levels.
func editsIn(name string) ([]map[string]any, error) {
	var from io.Reader = os.Stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, fmt.Errorf("reading levels: %w", err)
		}
		defer func() { _ = f.Close() }()
		from = f
	}
	var head []string
	edits := []map[string]any{}
	lines := bufio.NewScanner(from)
	for lines.Scan() {
		cells := strings.Split(strings.TrimRight(lines.Text(), "\r\n"), "\t")
		if head == nil {
			head = cells
			continue
		}
		for i, cell := range cells[1:] {
			if cell = strings.TrimSpace(cell); cell == "" {
				continue
			}
			if i+1 >= len(head) {
				return nil, fault.New(fault.Invalid, "The line of "+cells[0]+" has more cells than the first line names locations.", "Name each column by its location.")
			}
			edits = append(edits, map[string]any{"sku": strings.TrimSpace(cells[0]), "location": strings.TrimSpace(head[i+1]), "on_hand": cell, "unseen": true})
		}
	}
	if len(edits) == 0 {
		return nil, fault.New(fault.Invalid, "There is no level in it.", "Write a first line with SKU and the names of locations, then a line for each SKU.")
	}
	return edits, lines.Err()
}

func (e plannedEdits) words(out io.Writer) {
	writer := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	row(writer, []string{"SKU", "LOCATION", "ON HAND", "BECOMES", "BY", "", ""})
	for _, one := range e.Edits {
		now, why := "not tracked", ""
		if one.Now != nil {
			now = string(*one.Now)
		}
		if one.Problem != nil {
			why = *one.Problem
		}
		row(writer, []string{one.SKU, one.Location, now, string(one.To), string(one.By), one.Verdict, why})
	}
	_ = writer.Flush()
	if e.Run == "" {
		_, _ = fmt.Fprintln(out, "Nothing was changed. Carry it out with --apply.")
		return
	}
	_, _ = fmt.Fprintf(out, "Take it back with: tradepost runs undo %s\n", e.Run)
}
