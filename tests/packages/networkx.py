"""Graphs of networkx: paths, flows, components, ranks and isomorphism, checked against what is known of them."""

import random

import networkx as nx


def main():
    grid = nx.grid_2d_graph(30, 30)
    assert grid.number_of_edges() == 2 * 30 * 29
    assert nx.shortest_path_length(grid, (0, 0), (29, 29)) == 58
    assert nx.is_bipartite(grid) and nx.is_connected(grid)
    choose = random.Random(1)
    roads = nx.DiGraph()
    for _ in range(6000):
        a, b = choose.randrange(800), choose.randrange(800)
        roads.add_edge(a, b, weight=choose.randrange(1, 50), capacity=choose.randrange(1, 20))
    lengths, paths = nx.single_source_dijkstra(roads, 0)
    for node, path in paths.items():
        assert nx.path_weight(roads, path, "weight") == lengths[node]
    bellman = nx.single_source_bellman_ford_path_length(roads, 0)
    assert dict(bellman) == lengths
    flow, parts = nx.minimum_cut(roads, 0, 799)
    cut = sum(data["capacity"] for a, b, data in roads.edges(data=True) if a in parts[0] and b in parts[1])
    assert flow == cut == nx.maximum_flow_value(roads, 0, 799)
    assert sum(len(part) for part in nx.strongly_connected_components(roads)) == len(roads)
    tree = nx.minimum_spanning_tree(roads.to_undirected())
    assert tree.number_of_edges() == len(tree) - nx.number_connected_components(tree)
    order = nx.DiGraph((a, b) for a in range(200) for b in range(a + 1, min(a + 6, 200)))
    assert list(nx.topological_sort(order)) == list(range(200))
    petersen = nx.petersen_graph()
    renamed = nx.relabel_nodes(petersen, {i: chr(65 + i) for i in petersen})
    assert nx.is_isomorphic(petersen, renamed) and not nx.check_planarity(petersen)[0]
    assert nx.diameter(petersen) == 2 and nx.node_connectivity(petersen) == 3
    centrality = nx.betweenness_centrality(nx.path_graph(5), normalized=False)
    assert centrality == {0: 0.0, 1: 3.0, 2: 4.0, 3: 3.0, 4: 0.0}
    assert sorted(map(sorted, nx.find_cliques(nx.complete_graph(4)))) == [[0, 1, 2, 3]]
    text = "\n".join(nx.generate_adjlist(petersen))
    read = nx.parse_adjlist(text.splitlines(), nodetype=int)
    assert nx.utils.edges_equal(read.edges, petersen.edges)


main()
