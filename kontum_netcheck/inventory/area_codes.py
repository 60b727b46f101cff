"""Vietnam's area codes, and what older codes became. National numbers, without the leading 0.

Sources: Decision 2036/QĐ-BTTTT (area codes, in three steps up to 17 June 2017, old codes silent
since 1 September 2017); Decision 798/QĐ-BTTTT (mobile numbers of 11 digits became 10 in 2018).
"""

from collections.abc import Mapping
from types import MappingProxyType

_RENAMED = """
22>212 231>213 20>214 230>215 29>216 52>232 53>233 54>234 510>235 511>236 37>237 38>238 39>239
33>203 240>204 25>205 26>206 27>207 280>208 281>209 320>220 321>221 241>222 31>225 351>226 36>227
350>228 30>229 780>290 781>291 710>292 711>293 74>294 76>296 77>297 79>299
4>24 8>28 61>251 62>252 64>254 55>255 56>256 57>257 58>258 68>259 60>260 501>261 500>262 63>263
59>269 70>270 651>271 72>272 73>273 650>274 75>275 66>276 67>277
"""  # 11 February, 15 April and 17 June 2017

NEW_AREA_CODES: Mapping[str, str] = MappingProxyType(dict(pair.split(">") for pair in _RENAMED.split()))
"""Old area code → new. Vĩnh Phúc, Phú Thọ, Hòa Bình and Hà Giang (211, 210, 218, 219) kept theirs."""

AREA_CODES = frozenset(NEW_AREA_CODES.values()) | {"210", "211", "218", "219"}
"""All 63, one a province as the provinces were until 30 June 2025."""

NEW_MOBILE_PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        **{f"16{digit}": f"3{digit}" for digit in "23456789"},
        "120": "70", "121": "79", "122": "77", "126": "76", "128": "78",
        "123": "83", "124": "84", "125": "85", "127": "81", "129": "82",
        "186": "56", "188": "58", "199": "59",
    }
)  # fmt: skip
"""Prefix of an 11-digit mobile number → prefix of the 10-digit number that it became."""
