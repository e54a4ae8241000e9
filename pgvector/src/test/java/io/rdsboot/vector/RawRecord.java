package io.rdsboot.vector;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.BitVector;
import io.rdsboot.vector.type.DenseVector;
import io.rdsboot.vector.type.ElementType;
import io.rdsboot.vector.type.SparseVector;
import io.rdsboot.vector.type.VectorValue;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;

/**
 * A record for whatever table.
 *
 * @param textId its id in a table with ids of text
 * @param number what stands for its id in other tables
 * @param vector its vector
 * @param second its further vector, where the table has one
 * @param content its content
 * @param metadata its metadata
 */
record RawRecord(String textId, int number, float[] vector, float @Nullable [] second, @Nullable String content,
		Map<String, Object> metadata) {

	private static final List<Long> NUMBERS = List.of(0L, 1L, -1L, Long.MAX_VALUE, Long.MIN_VALUE, 4_294_967_296L);

	private static final List<Integer> WHOLE = List.of(0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 65_536);

	private static final List<UUID> UUIDS = List.of(new UUID(0, 0), new UUID(-1, -1), new UUID(Long.MIN_VALUE, 1),
			new UUID(1, Long.MIN_VALUE), new UUID(Long.MAX_VALUE, 0), new UUID(1, 1));

	private static final int IDS = 6;

	/**
	 * Returns the id in a table.
	 */
	Object id(VectorTable table) {
		return switch (table.idType()) {
			case TEXT -> this.textId;
			case UUID -> UUIDS.get(this.number);
			case BIGINT -> NUMBERS.get(this.number);
			case INTEGER -> WHOLE.get(this.number);
		};
	}

	/**
	 * Returns an id that no record has.
	 */
	static Object idOfOthers(VectorTable table) {
		return switch (table.idType()) {
			case TEXT -> "id of others";
			case UUID -> new UUID(7, 7);
			case BIGINT -> 7L;
			case INTEGER -> 7;
		};
	}

	VectorRecord<Object> record(VectorTable table) {
		VectorRecord<Object> record = new VectorRecord<>(id(table), vector(table.embedding().type(), this.vector),
				this.content, this.metadata);
		return (this.second != null && table.vectors().size() > 1)
				? record.withVector("second", new DenseVector(this.second)) : record;
	}

	VectorRecord<Object> withoutId(VectorTable table) {
		VectorRecord<Object> record = record(table);
		return new VectorRecord<>(null, record.embedding(), record.content(), record.metadata(),
				record.furtherVectors());
	}

	static VectorValue vector(ElementType type, float[] values) {
		if (type == ElementType.BIT) {
			boolean[] bits = new boolean[values.length];
			for (int i = 0; i < bits.length; i++) {
				bits[i] = values[i] > 0;
			}
			return BitVector.of(bits);
		}
		if (type == ElementType.SPARSEVEC) {
			Map<Integer, Float> nonZeros = new TreeMap<>();
			for (int i = 0; i < values.length; i++) {
				if (values[i] != 0) {
					nonZeros.put(i, values[i]);
				}
			}
			return SparseVector.of(values.length, nonZeros);
		}
		return new DenseVector(values);
	}

	/**
	 * Returns a vector as PostgreSQL reads it.
	 */
	static String literal(ElementType type, float[] values) {
		List<String> parts = new ArrayList<>();
		for (int i = 0; i < values.length; i++) {
			switch (type) {
				case BIT -> parts.add((values[i] > 0) ? "1" : "0");
				case SPARSEVEC -> {
					if (values[i] != 0) {
						parts.add((i + 1) + ":" + values[i]);
					}
				}
				default -> parts.add(String.valueOf(values[i]));
			}
		}
		return switch (type) {
			case BIT -> String.join("", parts);
			case SPARSEVEC -> "{%s}/%d".formatted(String.join(",", parts), values.length);
			default -> "[%s]".formatted(String.join(",", parts));
		};
	}

	static Arbitrary<RawRecord> arbitrary() {
		Arbitrary<String> textIds = Arbitraries.frequencyOf(Tuple.of(4, Arbitraries.of("a", "b", "B", "_", "\u00e9")),
				Tuple.of(1, HostileValues.texts()));
		Arbitrary<float[]> vectors = Arbitraries.floats().between(-60_000, 60_000).array(float[].class).ofSize(3);
		Arbitrary<float[]> strange = Arbitraries.of(new float[] { Float.NaN, 0, 0 }, new float[3], new float[] { 1, 2 },
				new float[] { 1, 2, 3, 4 }, new float[] { Float.MAX_VALUE, -Float.MAX_VALUE, 1 },
				new float[] { -0f, Float.MIN_VALUE, 0 }, new float[] { 0x1p-25f, 0, 0 },
				new float[] { 1e-22f, 0, 1e-23f }, new float[] { 1e-30f, 0, -1e-30f },
				new float[] { 3e18f, 3e18f, 3e18f }, new float[] { 2e19f, 0, 1 }, new float[] { 65_504, 65_519, 1 },
				new float[] { 65_520, 1, 1 }, new float[] { Float.POSITIVE_INFINITY, 0, 0 }, new float[] { 1, 1, 1 });
		Arbitrary<float[]> seconds = Arbitraries.of(new float[] { 1, 2 }, new float[] { 0, 0 },
				new float[] { -1e18f, 1e18f }, new float[] { 1 });
		return Combinators.combine(textIds, Arbitraries.integers().between(0, IDS - 1),
				Arbitraries.frequencyOf(Tuple.of(9, vectors), Tuple.of(3, strange)), seconds.injectNull(0.3),
				Arbitraries.frequencyOf(Tuple.of(1, HostileValues.texts()), Tuple.of(2, HostileValues.sentences()))
					.injectNull(0.2),
				members())
			.as(RawRecord::new);
	}

	private static Arbitrary<Map<String, Object>> members() {
		List<Arbitrary<Tuple.Tuple2<String, Object>>> members = new ArrayList<>();
		for (KeyType type : KeyType.values()) {
			members.add(HostileValues.values(type).map((value) -> Tuple.of(type.name(), value)));
		}
		Arbitrary<String> keys = Arbitraries.frequencyOf(Tuple.of(2, HostileValues.texts()),
				Tuple.of(3, Arbitraries.of("k", "id", "content", "metadata", "embedding", "a.b", "", " ")));
		for (int i = 0; i < 6; i++) {
			members.add(Combinators.combine(keys, HostileValues.values()).as(Tuple::of));
		}
		members.add(Arbitraries.of("acme", "other", 0, 1).map((value) -> Tuple.of(PropertyShapes.TENANT, value)));
		return Arbitraries.oneOf(members).list().ofMaxSize(4).map((entries) -> {
			Map<String, Object> metadata = new LinkedHashMap<>();
			entries.forEach((entry) -> metadata.put(entry.get1(), entry.get2()));
			return metadata;
		});
	}

	@Override
	public String toString() {
		return "RawRecord[textId=%s, number=%d, vector=%s, content=%s, metadata=%s]".formatted(shortened(this.textId),
				this.number, literal(ElementType.VECTOR, this.vector), shortened(this.content),
				shortened(this.metadata));
	}

	private static String shortened(@Nullable Object value) {
		String text = String.valueOf(value);
		return (text.length() > 300) ? text.substring(0, 300) + "... (%d)".formatted(text.length()) : text;
	}

}
