"""The original's page in Streamlit, as bench/serve.sh measures it beside aisle's: own code after what its users see.

  streamlit run streamlit_page.py -- CLUSTERED_STORES.parquet
"""
import pathlib
import sys

import pandas as pd
import plotly.express as px
import plotly.graph_objects as go
import streamlit as st
from sklearn.manifold import TSNE
from sklearn.preprocessing import MinMaxScaler

COLUMNS = ["total_revenue", "avg_ticket_item", "revenue_per_sqm", "avg_inventory_depth", "unique_products_stocked",
           "size_m2", "anos_de_loja"]


@st.cache_data
def read_stores(file, modified):
    return pd.read_parquet(file)


def scaled(stores, columns):
    return pd.DataFrame(MinMaxScaler().fit_transform(stores[columns].fillna(0)), columns=columns)


def store_map(stores, columns, perplexity):
    """t-SNE of the stores, made anew at every click as the original does."""
    tsne = TSNE(n_components=2, perplexity=perplexity, random_state=42, max_iter=300)
    places = tsne.fit_transform(scaled(stores, columns))
    shown = stores.assign(x=places[:, 0], y=places[:, 1], cluster=stores.cluster_final.astype(str))
    figure = px.scatter(shown, x="x", y="y", color="cluster", hover_name="store_name", template="plotly_white",
                        hover_data={"regional": True, "total_revenue": ":.2f", "size_m2": ":.0f", "x": False, "y": False})
    st.plotly_chart(figure, width="stretch")


def deep_dive(stores, columns):
    cluster = st.selectbox("Cluster", sorted(stores.cluster_final.unique()), format_func=lambda one: f"Cluster {one}")
    st.subheader(f"Deep dive: {cluster}")
    chosen = stores.cluster_final == cluster
    values = scaled(stores, columns)
    radar = go.Figure()
    for name, rows in ((f"Cluster {cluster}", values[chosen.to_numpy()]), ("Average", values)):
        radar.add_trace(go.Scatterpolar(r=rows.mean(), theta=columns, fill="toself", name=name))
    left, right = st.columns(2)
    left.plotly_chart(radar, width="stretch")
    for column in ("placement", "regional"):
        shares = stores.loc[chosen, column].value_counts(normalize=True) * 100
        right.plotly_chart(px.bar(shares.reset_index(), x=column, y="proportion", height=200), width="stretch")


def insights(stores):
    metrics = ["total_revenue", "revenue_per_sqm", "avg_ticket_item", "size_m2"]
    chain = stores[metrics].mean()
    for cluster, members in stores.groupby("cluster_final"):
        st.subheader(f"Cluster {cluster}: profile")
        for place, metric in zip(st.columns(len(metrics)), metrics):
            mean = members[metric].mean()
            place.metric(metric, f"{mean:,.0f}", f"{(mean / chain[metric] - 1) * 100:.1f}% vs. average")


def main():
    st.set_page_config(page_title="Store segments", layout="wide")
    file = pathlib.Path(sys.argv[1])
    stores = read_stores(file, file.stat().st_mtime)
    columns = [column for column in COLUMNS if column in stores]
    st.title("Store segments")
    perplexity = st.sidebar.slider("t-SNE perplexity", 5, 50, 30)
    explorer, strategy = st.tabs(["Cluster Explorer", "Strategic Insights"])
    with explorer:
        store_map(stores, columns, perplexity)
        deep_dive(stores, columns)
    with strategy:
        insights(stores)


main()
