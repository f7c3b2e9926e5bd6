"""What the packages do not say and a person had to look up: each entry tells why.

The outlines of the package are those of 2024, its list of communes that of 2026: the communes that merged on 1 January
2024 are drawn together, those that merged on 1 January 2025 are holes beside the commune that absorbed them, and one
*commune nouvelle* dissolved that day is still drawn whole.
"""

import shapely

#: Neussargues en Pinatelle (15141) was dissolved on 1 January 2025 (order of the prefect of the Cantal, 16 July 2024).
#: Its present outline is cut along those of the four communes that left it, as IGN drew them before the merger of 2016:
#: GEOFLA, Licence Ouverte. What is left is Neussargues-Moissac, which keeps the code.
DISSOLVED = "15141"
RESTORED_OUTLINES = {
    "15031": shapely.from_wkt(  # Celles
        "POLYGON((2.97693 45.07738,2.96902 45.07342,2.95963 45.07323,2.95517 45.07462,2.94862 45.08751,2.92597 45.09272,"
        "2.93327 45.10066,2.92461 45.11066,2.92735 45.11687,2.93258 45.12257,2.92702 45.12777,2.93351 45.13198,"
        "2.94637 45.13144,2.95265 45.12705,2.97073 45.12657,2.98752 45.11579,2.98389 45.10633,2.96049 45.10318,"
        "2.96914 45.08003,2.97693 45.07738))"
    ),
    "15035": shapely.from_wkt(  # Chalinargues
        "POLYGON((2.92702 45.12777,2.9224 45.1287,2.91676 45.14083,2.89903 45.14446,2.90361 45.15066,2.90158 45.16459,"
        "2.91029 45.18463,2.9016 45.18701,2.90634 45.19072,2.92606 45.19036,2.94281 45.19716,2.94629 45.19465,"
        "2.95535 45.18264,2.95556 45.16911,2.96226 45.16421,2.96279 45.1576,2.9681 45.15269,2.95519 45.14424,"
        "2.95663 45.13791,2.94637 45.13144,2.93351 45.13198,2.92702 45.12777))"
    ),
    "15047": shapely.from_wkt(  # Chavagnac
        "POLYGON((2.89903 45.14446,2.89345 45.1393,2.86512 45.14678,2.85975 45.15152,2.84232 45.14923,2.8426 45.15506,"
        "2.85465 45.16052,2.88191 45.18984,2.9016 45.18701,2.91029 45.18463,2.90158 45.16459,2.90361 45.15066,"
        "2.89903 45.14446))"
    ),
    "15171": shapely.from_wkt(  # Sainte-Anastasie
        "POLYGON((2.98399 45.15266,2.97834 45.15722,2.9681 45.15269,2.96279 45.1576,2.96226 45.16421,2.95556 45.16911,"
        "2.95535 45.18264,2.94629 45.19465,2.98135 45.20738,2.99654 45.19393,2.99786 45.18373,2.99248 45.16032,"
        "2.98399 45.15266))"
    ),
}

#: Their villages: the package has no town hall for them. Published coordinates of each village, good to some 100 m.
RESTORED_POINTS = {
    "15031": (2.95472, 45.11583),
    "15035": (2.93306, 45.15583),
    "15047": (2.88278, 45.15444),
    "15171": (2.97083, 45.17333),
}

#: Spanish Llívia is the one hole of the country.
LLIVIA = shapely.Point(1.974, 42.473)

#: Gaps that belong to a commune which the package gives no unplaced former commune: a point of the gap, the commune
#: that has it, the former commune that stood there.
GAPS_BY_HAND = [
    ((5.207, 44.740), "26289", "Véronne, now in Saillans"),
    ((4.864, 49.548), "08439", "Le Mont-Dieu, now in Tannay-le-Mont-Dieu"),
    ((5.055, 46.866), "71566", "Ciel, now in Verdun-Ciel"),
    ((0.197, 47.867), "72155", "Saint-Gervais-en-Belin, now in Laigné-Saint-Gervais"),
    ((3.819, 45.767), "42217", "La Côte-en-Couzan, now in La Côte-Saint-Didier"),
    ((3.557, 49.451), "02589", "Filain, now in Pargny-et-Filain"),
    ((0.223, 45.914), "16023", "Moutonneau, now in Aunac-sur-Charente"),
    ((6.131, 47.179), "25364", "Le Gratteris, now in Mamirolle"),
]

#: One gap opens on the Swiss border: the four communes that joined Montbenoît. The outline of its canton closes it.
FRONTIER_GAPS = {"25390": "Pays-de-Montbenoît"}
