package io.rdsboot.vector;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.Quantization;
import io.rdsboot.vector.table.TextSearch;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.ElementType;
import org.jspecify.annotations.Nullable;

/**
 * Every type of vectors with every distance and every index that serves it.
 */
final class VectorSearchKinds {

	static final int DIMENSIONS = 24;

	private VectorSearchKinds() {
	}

	/**
	 * Return columns, each with a name of its own.
	 */
	static List<VectorColumn> columns() {
		List<VectorColumn> columns = new ArrayList<>();
		for (ElementType type : ElementType.values()) {
			for (Distance distance : Distance.values()) {
				for (VectorIndex index : List.of(VectorIndex.hnsw(), new VectorIndex.IvfFlat(9))) {
					for (Quantization quantization : Quantization.values()) {
						VectorColumn column = column(type, distance, index, quantization);
						if (column != null) {
							columns.add(column);
						}
					}
				}
			}
		}
		return columns;
	}

	/**
	 * Return a column, or {@code null} if pgvector has no such index.
	 */
	private static @Nullable VectorColumn column(ElementType type, Distance distance, VectorIndex index,
			Quantization quantization) {
		if (quantization == Quantization.BINARY && distance != Distance.COSINE) {
			return null;
		}
		String name = "%s_%s_%s_%s".formatted(type, distance, index.getClass().getSimpleName(), quantization)
			.toLowerCase(Locale.ROOT);
		try {
			return new VectorColumn(name, type, DIMENSIONS, distance, index, quantization, List.of());
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	static VectorTable.Builder table(VectorColumn column) {
		return VectorTable.builder("searched")
			.idType(IdType.BIGINT)
			.embedding(column)
			.key("half", KeyType.BOOLEAN)
			.textSearch(TextSearch.of("simple"));
	}

}
