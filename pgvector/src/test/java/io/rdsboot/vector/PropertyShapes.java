package io.rdsboot.vector;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.MetadataColumn;
import io.rdsboot.vector.table.Quantization;
import io.rdsboot.vector.table.TextSearch;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.ElementType;

/**
 * Declarations of tables: every type of vectors with every distance, twice, indexes of
 * smaller vectors, and among them every type of ids, generated or not, of keys and of
 * tenants, every index, and tables without content, metadata, text search, declared or
 * undeclared keys.
 */
final class PropertyShapes {

	static final int DIMENSIONS = 3;

	static final String TENANT = "tenant";

	private static final List<KeyType> TENANTS = List.of(KeyType.TEXT, KeyType.BIGINT, KeyType.UUID, KeyType.INTEGER);

	private PropertyShapes() {
	}

	static List<VectorTable> all() {
		List<VectorTable> tables = new ArrayList<>();
		for (ElementType type : ElementType.values()) {
			for (Distance distance : Distance.values()) {
				if (distance.supports(type)) {
					tables.add(table(tables.size(), type, distance));
					tables.add(table(tables.size(), type, distance));
				}
			}
		}
		for (VectorColumn column : quantized()) {
			tables.add(table(tables.size(), column));
		}
		return tables;
	}

	private static List<VectorColumn> quantized() {
		return List.of(quantized(ElementType.VECTOR, Distance.COSINE, VectorIndex.hnsw(), Quantization.BINARY),
				quantized(ElementType.VECTOR, Distance.L2, new VectorIndex.IvfFlat(10), Quantization.BINARY),
				quantized(ElementType.HALFVEC, Distance.L1, VectorIndex.hnsw(), Quantization.BINARY),
				quantized(ElementType.VECTOR, Distance.COSINE, VectorIndex.hnsw(), Quantization.HALF));
	}

	private static VectorColumn quantized(ElementType type, Distance distance, VectorIndex index,
			Quantization quantization) {
		return new VectorColumn("embedding", type, DIMENSIONS, distance, index, quantization, List.of());
	}

	private static VectorTable table(int number, ElementType type, Distance distance) {
		return table(number, VectorColumn.of("embedding", type, DIMENSIONS, distance, index(number, type, distance)));
	}

	private static VectorTable table(int number, VectorColumn column) {
		VectorTable.Builder table = VectorTable.builder("shape_" + number)
			.idType(IdType.values()[number / 3 % 4])
			.embedding(column);
		if (number % 3 == 0) {
			table.vector(VectorColumn.of("second", ElementType.VECTOR, 2, Distance.L2, VectorIndex.none()));
		}
		boolean withContent = number % 7 != 6;
		boolean withMetadata = number % 9 != 8;
		table.contentColumn(withContent ? "content" : null);
		table.metadataColumn(withMetadata ? "metadata" : null);
		if (withContent && number % 2 == 0) {
			table.textSearch(TextSearch.of((number % 4 == 0) ? "english" : "simple"));
		}
		if (number % 4 > 1) {
			table.generatedIds();
		}
		if (number % 4 != 0) {
			for (KeyType key : KeyType.values()) {
				if (withMetadata || key != KeyType.JSON) {
					table
						.key(new MetadataColumn(key.name(), key.name().toLowerCase(Locale.ROOT), key, number % 4 != 2));
				}
			}
		}
		if (number % 4 == 3) {
			table.refuseUndeclaredKeys();
		}
		if (number % 5 < 2) {
			table.key(TENANT, TENANTS.get(number % 4)).tenant(TENANT);
		}
		return table.build();
	}

	private static VectorIndex index(int number, ElementType type, Distance distance) {
		VectorIndex index = List.of(VectorIndex.hnsw(), new VectorIndex.IvfFlat(10), VectorIndex.none())
			.get(number % 3);
		try {
			VectorColumn.of("embedding", type, DIMENSIONS, distance, index);
			return index;
		}
		catch (IllegalArgumentException ex) {
			return VectorIndex.hnsw();
		}
	}

	/**
	 * Return one of two tenants of a table.
	 */
	static Object tenant(VectorTable table, int number) {
		MetadataColumn key = table.tenantKey();
		return switch ((key != null) ? key.type() : KeyType.TEXT) {
			case TEXT -> List.of("acme", "ac\u006de\u0301 ' \\").get(number);
			case BIGINT -> (long) number - 1;
			case UUID -> new UUID(number, -1);
			case INTEGER -> number;
			default -> throw new IllegalArgumentException(String.valueOf(key));
		};
	}

}
