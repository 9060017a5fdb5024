package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"tradepost/backend/edi/definition"
	"tradepost/backend/edi/edifact"
	"tradepost/backend/edi/sef"
	"tradepost/backend/edi/x12"
	"tradepost/backend/fault"
)

func (s *shell) ediGuide() *cobra.Command {
	cmd := &cobra.Command{Use: "guide", Short: "Partners' guides", Args: cobra.NoArgs, RunE: group}
	cmd.AddCommand(s.ediGuideImport())
	return cmd
}

func (s *shell) ediGuideImport() *cobra.Command {
	var to string
	cmd := &cobra.Command{Use: "import FILE.sef --out GUIDE.txt", Short: "Make a guide of a partner's SEF file, to lint by with --overlay", Args: cobra.ExactArgs(1),
		Long: "Compares a partner's guide in SEF with the standard, and writes down what it says otherwise, in words that can be read and\nchanged (docs/edi.md). What of the file is not taken over stands at its head.",
		RunE: func(_ *cobra.Command, args []string) error {
			if to == "" {
				return usageError{"say where the guide is to go: --out FILE"}
			}
			text, err := os.ReadFile(args[0])
			if err != nil {
				return fault.Wrap(err, fault.Invalid, "The file "+args[0]+" cannot be opened.", "Check its path.").InField("file")
			}
			guide, err := convertSEF(filepath.Base(args[0]), string(text))
			if err != nil {
				return err
			}
			if to == "-" {
				_, err := s.out.Write([]byte(guide.Text))
				return err
			}
			if err := os.WriteFile(to, []byte(guide.Text), 0o600); err != nil {
				return fault.Wrap(err, fault.Invalid, "The file "+to+" cannot be written.", "Choose another place for it.").InField("out")
			}
			return s.print(map[string]any{"file": to, "sets": guide.Sets, "rules": guide.Rules, "notes": guide.Notes}, func(out io.Writer) {
				_, _ = fmt.Fprintf(out, "%s has %d rules for %s. Use it: tradepost edi lint FILE --overlay %s\n", to, guide.Rules, strings.Join(guide.Sets, ", "), to)
				for _, note := range guide.Notes {
					_, _ = fmt.Fprintf(out, "  note: %s\n", note)
				}
			})
		}}
	cmd.Flags().StringVar(&to, "out", "", "the file to write; - for standard output")
	return cmd
}

// convertSEF makes a guide of a SEF file, by the definitions of its syntax. It is read once more, as lint would.
func convertSEF(name, text string) (*sef.Guide, error) {
	file, err := sef.Read(name, text)
	if err != nil {
		return nil, err
	}
	book := x12.Book()
	if file.EDIFACT {
		if book, err = edifact.Book(); err != nil {
			return nil, err
		}
	}
	guide, err := sef.Convert(file, book)
	if err != nil {
		return nil, err
	}
	_, err = definition.ReadOverlay(name, guide.Text)
	return guide, err
}
