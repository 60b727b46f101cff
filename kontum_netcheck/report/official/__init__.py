"""The official record (biên bản kiểm tra) in the form of Decree 30/2020/NĐ-CP: for Word and as PDF, the same facts.

`contents.py` says what stands in it, as text; `word.py` fills a template that an office may have changed; `pdf.py`
sets the same text. Form 1.9 of the decree's Annex III, laid out as its Appendix I asks.
"""
