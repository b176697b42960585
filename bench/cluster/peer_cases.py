"""One case of the clustering benchmarks by a peer: reads points, does the work once, prints its seconds.

  peer_cases.py PEER CASE POINTS.f64 ROWS COLS METRIC MIN_SAMPLES MIN_CLUSTER_SIZE [NEW_POINTS.f64 ROWS]
"""
import json
import sys
import time

import numpy as np


def read(path, rows, cols):
    return np.fromfile(path, dtype=np.float64).reshape(int(rows), int(cols))


def spanning_tree(peer, points, min_samples):
    import quitefastmst
    assert peer == "quitefastmst"
    start = time.perf_counter()
    weights = quitefastmst.mst_euclid(points, min_samples)[0]
    return time.perf_counter() - start, float(weights.sum())


def estimator(peer, metric, min_samples, min_cluster_size):
    if peer in ("hdbscan", "hdbscan_exact"):
        import hdbscan
        return hdbscan.HDBSCAN(min_samples=min_samples, min_cluster_size=min_cluster_size, metric=metric,
                               approx_min_span_tree=peer == "hdbscan", core_dist_n_jobs=-1, prediction_data=False)
    if peer == "fast_hdbscan":
        import fast_hdbscan
        return fast_hdbscan.HDBSCAN(min_samples=min_samples, min_cluster_size=min_cluster_size)
    import sklearn.cluster
    # scikit-learn counts the point itself.
    return sklearn.cluster.HDBSCAN(min_samples=min_samples + 1, min_cluster_size=min_cluster_size, metric=metric,
                                   n_jobs=-1, copy=False)


def main():
    peer, case, path, rows, cols, metric, min_samples, min_cluster_size = sys.argv[1:9]
    points = read(path, rows, cols)
    if case == "tree":
        seconds, weight = spanning_tree(peer, points, int(min_samples))
        print(json.dumps({"seconds": seconds, "weight": weight}))
        return
    model = estimator(peer, metric, int(min_samples), int(min_cluster_size))
    if peer == "fast_hdbscan":  # warm: what it compiles is compiled
        estimator(peer, metric, int(min_samples), int(min_cluster_size)).fit(points[:2000])
    if case == "predict":
        import hdbscan
        model.fit(points)
        model.generate_prediction_data()
        fresh = read(sys.argv[9], sys.argv[10], cols)
        start = time.perf_counter()
        hdbscan.approximate_predict(model, fresh)
    else:
        start = time.perf_counter()
        model.fit(points)
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "clusters": int(model.labels_.max()) + 1}))


main()
