package comtrade

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"detour/source"
	"detour/trade/flow"
)

// recorder is a sink that keeps what it gets, with the order of the calls.
type recorder struct {
	flows   []flow.Flow
	rejects []source.Reject
	calls   []string
}

func (r *recorder) Flows(batch []flow.Flow) error {
	r.flows = append(r.flows, batch...)
	r.calls = append(r.calls, fmt.Sprint("flows ", len(batch)))
	return nil
}

func (r *recorder) Reject(x source.Reject) error {
	r.rejects = append(r.rejects, x)
	r.calls = append(r.calls, fmt.Sprint("reject ", x.Line))
	return nil
}

func (r *recorder) Progress(int64) {}

// reasons lists the rejects as line, field and reason.
func (r *recorder) reasons() []string {
	var out []string
	for _, x := range r.rejects {
		out = append(out, fmt.Sprintf("%d %s: %s", x.Line, x.Field, x.Reason))
	}
	return out
}

// lines lists the flows in short.
func (r *recorder) lines() []string {
	var out []string
	for _, f := range r.flows {
		out = append(out, fmt.Sprintf("%s %s %s %s %s %s %q %s %s %s %s", f.Reporter, f.Direction, f.Partner, f.Nomenclature, f.Goods, f.Period, f.Part,
			show(f.Value), show(f.NetMass), show(f.Quantity), f.Unit))
	}
	return out
}

func show(n flow.Number) string {
	if !n.Held {
		return "-"
	}
	return fmt.Sprint(n.N)
}

func input(name, text string) source.Input {
	return source.Input{Name: name, Size: int64(len(text)), R: strings.NewReader(text)}
}

type decoder func(context.Context, source.Input, source.Sink) (source.Release, error)

func decode(t *testing.T, by decoder, text string) (source.Release, *recorder) {
	t.Helper()
	got := &recorder{}
	release, err := by(t.Context(), input("f", text), got)
	if err != nil {
		t.Fatal(err)
	}
	return release, got
}

// row is a row of made-up figures: the sound row below with some fields changed.
func row(changes ...string) map[string]string {
	m := map[string]string{
		"typeCode": "C", "freqCode": "A", "refPeriodId": "20220101", "refYear": "2022", "refMonth": "52", "period": "2022",
		"reporterCode": "276", "reporterISO": "DEU", "reporterDesc": "Germany", "flowCode": "X", "flowDesc": "Export",
		"partnerCode": "398", "partnerISO": "KAZ", "partnerDesc": "Kazakhstan", "partner2Code": "0", "partner2ISO": "W00",
		"classificationCode": "H6", "classificationSearchCode": "HS", "isOriginalClassification": "True", "cmdCode": "851713",
		"cmdDesc": "Telephones; smart, or not", "aggrLevel": "6", "isLeaf": "True", "customsCode": "C00", "customsDesc": "TOTAL CPC",
		"mosCode": "0", "motCode": "0", "motDesc": "TOTAL MOT", "qtyUnitCode": "5", "qtyUnitAbbr": "u", "qty": "1000.0", "isQtyEstimated": "False",
		"altQtyUnitCode": "-1", "altQty": "", "netWgt": "250.5", "isNetWgtEstimated": "False", "cifvalue": "", "fobvalue": "6309678.25",
		"primaryValue": "6309678.25", "isReported": "True", "isAggregate": "False",
	}
	for i := 0; i < len(changes); i += 2 {
		m[changes[i]] = changes[i+1]
	}
	return m
}

const soundLine = `DE X KZ HS2022 851713 2022 "" 630967825 250500 1000000 u`

// bulk writes rows as text with the 47 columns; fields that hold the separator are quoted.
func bulk(separator string, rows ...map[string]string) string {
	var b strings.Builder
	b.WriteString(strings.Join(fieldNames, separator) + "\n")
	for _, r := range rows {
		for i, name := range fieldNames {
			if i > 0 {
				b.WriteString(separator)
			}
			if v := r[name]; strings.Contains(v, separator) {
				b.WriteString(`"` + v + `"`)
			} else {
				b.WriteString(v)
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestFormatsHaveDocumentsAndDoNotShareFiles(t *testing.T) {
	heads := map[string]string{
		"comtrade-bulk": bulk("\t", row()),
		"comtrade-json": `{"elapsedTime":"0.1 secs","count":0,"data":[],"error":""}`,
	}
	for _, f := range Formats() {
		for id, head := range heads {
			for _, mark := range []string{"", "\ufeff"} {
				if got := f.Recognise("x", []byte(mark+head)); got != (id == f.ID) {
					t.Errorf("%s recognises a file of %s: %t", f.ID, id, got)
				}
			}
		}
		for _, foreign := range []string{
			"", "t,i,j,k,v,q\n", "REPORTER,PARTNER,TRADE_TYPE,PRODUCT_NC,FLOW,PERIOD\n", `[["ALL_VAL_MO","time"]]`, `{"value":[{"MonthId":200001}]}`,
			`{"id":["Varekoder"],"size":[1]}`,
		} {
			if f.Recognise("x", []byte(foreign)) {
				t.Errorf("%s recognises %q", f.ID, foreign)
			}
		}
	}
}
