"""Loops of the plan: the most that flows from cells through satellites to gateways, and what is cut off.

Nodes are numbered; arcs lie side by side by the node they leave (`first` (N + 1,), `to` (A,)), each with the arc that
undoes it (`back` (A,)). Dinic's algorithm (Dinic, *Soviet Mathematics Doklady* 11, 1970): level the nodes by breadth,
fill every shortest way, repeat.
"""

import numpy as np
from numba import njit

DRY = 1e-9  # beams: less room than this is none


@njit(cache=True, nogil=True, error_model="numpy")
def levels(first, to, room, source, level, queue):
    """Arcs from the source to each node along arcs with room, -1 where none; out: level (N,); queue (N,) scratch."""
    level[:] = -1
    level[source] = 0
    queue[0] = source
    head, tail = 0, 1
    while head < tail:
        node = queue[head]
        head += 1
        for arc in range(first[node], first[node + 1]):
            if room[arc] > DRY and level[to[arc]] < 0:
                level[to[arc]] = level[node] + 1
                queue[tail] = to[arc]
                tail += 1


@njit(cache=True, nogil=True, error_model="numpy")
def _fill(first, to, back, room, source, sink, level, following, path):
    """Fill every shortest way of one levelling; gives what flowed. following (N,), path (N,) scratch."""
    following[:] = first[:-1]
    total = 0.0
    depth, node = 0, source
    while True:
        if node == sink:
            least = np.inf
            for k in range(depth):
                least = min(least, room[path[k]])
            total += least
            stop = depth
            for k in range(depth - 1, -1, -1):
                room[path[k]] -= least
                room[back[path[k]]] += least
                if room[path[k]] <= DRY:
                    stop = k
            depth = stop
            node = to[back[path[depth]]]
            continue
        moved = False
        while following[node] < first[node + 1]:
            arc = following[node]
            if room[arc] > DRY and level[to[arc]] == level[node] + 1:
                path[depth] = arc
                depth += 1
                node = to[arc]
                moved = True
                break
            following[node] += 1
        if moved:
            continue
        if depth == 0:
            return total
        depth -= 1
        node = to[back[path[depth]]]
        following[node] += 1


@njit(cache=True, nogil=True, error_model="numpy")
def most_flow(first, to, back, room, source, sink, level):
    """The greatest flow from source to sink; changes `room` (A,) to what is left.

    Afterwards `level` (N,) is -1 for the nodes on the sink's side of a least cut (Ford and Fulkerson, 1956).
    """
    nodes = len(first) - 1
    queue, following, path = np.empty(nodes, np.int64), np.empty(nodes, np.int64), np.empty(nodes, np.int64)
    total = 0.0
    while True:
        levels(first, to, room, source, level, queue)
        if level[sink] < 0:
            return total
        total += _fill(first, to, back, room, source, sink, level, following, path)
