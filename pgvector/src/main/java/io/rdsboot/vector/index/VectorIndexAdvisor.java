package io.rdsboot.vector.index;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.rdsboot.vector.index.size.BuildMemory;
import io.rdsboot.vector.index.size.BuildTime;
import io.rdsboot.vector.index.size.IndexSize;
import io.rdsboot.vector.table.Quantization;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;
import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * Chooses the index of a vector column by its rows and by the memory that a build may
 * take.
 *
 * <p>
 * An HNSW index finds more of the nearest rows in less time than an IVFFlat index, at any
 * number of rows. What speaks against it is its build, which is quick only while the
 * graph fits into memory. So the advice is an HNSW index of the vectors as they are, or
 * of half-precision floats or bits if only these fit, and an IVFFlat index if none does.
 * Guides that name a number of rows from which on IVFFlat is better mean the memory that
 * servers have by default.
 */
public final class VectorIndexAdvisor {

	/**
	 * Up to as many rows, guides advise a list for a thousand of them, and above it the
	 * square root of their number.
	 */
	private static final long ROWS_OF_SQUARE_ROOT = 1_000_000;

	private static final int ROWS_OF_LIST = 1000;

	private static final int MAX_LISTS = 32_768;

	/**
	 * Bits tell vectors of fewer dimensions too badly apart.
	 */
	private static final int LEAST_BINARY_DIMENSIONS = 768;

	private static final int PAGE = 8192;

	private static final int MEBIBYTE = 1 << 20;

	private VectorIndexAdvisor() {
	}

	/**
	 * Return the index that fits a column.
	 * @param column the column. Of its index, the {@code minRows} of a
	 * {@link VectorIndex.Auto} and a declared quantization count
	 * @param rows rows that have a vector in the column
	 * @param maxBuildMemory the most memory that a build may take
	 * @return the advice
	 */
	public static IndexAdvice advise(VectorColumn column, long rows, DataSize maxBuildMemory) {
		int minRows = (column.index() instanceof VectorIndex.Auto auto) ? auto.minRows() : VectorIndex.auto().minRows();
		if (rows < minRows) {
			return new IndexAdvice(
					new VectorColumn(column.name(), column.type(), column.dimensions(), column.distance(),
							VectorIndex.none(), null, List.of()),
					"%,d rows are read as fast as an index".formatted(rows), null, DataSize.ofBytes(0), Duration.ZERO,
					List.of());
		}
		List<VectorColumn> graphs = quantizations(column)
			.map((quantization) -> indexed(column, VectorIndex.hnsw(), quantization))
			.flatMap(Stream::ofNullable)
			.toList();
		for (VectorColumn graph : graphs) {
			if (BuildMemory.needed(graph, rows) <= maxBuildMemory.toBytes()) {
				return advice(graph, rows,
						"an HNSW index%s fits into the memory of its build".formatted(of(graph.quantization())));
			}
		}
		VectorColumn lists = indexed(column, new VectorIndex.IvfFlat(lists(rows)), column.declaredQuantization());
		if (lists != null && BuildMemory.needed(lists, rows) <= maxBuildMemory.toBytes()) {
			return advice(lists, rows, "an HNSW index needs more memory than its build may take (%,d MB)"
				.formatted(maxBuildMemory.toBytes() / MEBIBYTE));
		}
		VectorColumn smallest = graphs.get(graphs.size() - 1);
		return advice(smallest, rows,
				"no index fits into the memory that its build may take (%,d MB): this one is built slowly"
					.formatted(maxBuildMemory.toBytes() / MEBIBYTE));
	}

	/**
	 * Return the quantizations to try, those that lose least first.
	 */
	private static Stream<Quantization> quantizations(VectorColumn column) {
		if (column.declaredQuantization() != null) {
			return Stream.of(column.declaredQuantization());
		}
		return Stream.of(Quantization.values())
			.filter((quantization) -> quantization != Quantization.BINARY
					|| column.dimensions() >= LEAST_BINARY_DIMENSIONS);
	}

	/**
	 * Return the column with an index, or {@code null} if it cannot have that.
	 */
	private static @Nullable VectorColumn indexed(VectorColumn column, VectorIndex index,
			@Nullable Quantization quantization) {
		try {
			return column.withIndex(index, quantization);
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	private static int lists(long rows) {
		double lists = (rows <= ROWS_OF_SQUARE_ROOT) ? (double) rows / ROWS_OF_LIST : Math.sqrt((double) rows);
		return (int) Math.max(1, Math.min(Math.round(lists), MAX_LISTS));
	}

	private static IndexAdvice advice(VectorColumn column, long rows, String reason) {
		long size = IndexSize.of(column, rows);
		List<String> hints = new ArrayList<>();
		if (column.index() instanceof VectorIndex.Hnsw hnsw && size >= 0) {
			VectorColumn finer = column.withIndex(new VectorIndex.Hnsw(2 * hnsw.m(), 4 * hnsw.m()),
					column.declaredQuantization());
			if (IndexSize.of(finer, rows) == size) {
				hints.add("m %d would take no more room, and find more".formatted(2 * hnsw.m()));
			}
			if (size >= rows * PAGE) {
				hints.add("each row takes a page of its own or more");
			}
		}
		return new IndexAdvice(column, reason, (size >= 0) ? DataSize.ofBytes(size) : null,
				DataSize.ofBytes(BuildMemory.needed(column, rows)), BuildTime.of(column, rows), hints);
	}

	private static String of(Quantization quantization) {
		return switch (quantization) {
			case NONE -> "";
			case HALF -> " of half-precision floats";
			case BINARY -> " of bits";
		};
	}

}
