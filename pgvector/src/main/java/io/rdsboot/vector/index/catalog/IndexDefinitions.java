package io.rdsboot.vector.index.catalog;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.jdbc.sql.FilterExpressions;
import io.rdsboot.vector.jdbc.sql.RepeatedWords;
import io.rdsboot.vector.table.KeyPlace;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.MetadataColumn;
import io.rdsboot.vector.table.Quantization;
import io.rdsboot.vector.table.TextSearch;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorExpressions;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * All indexes that a table declares, but for its primary key.
 *
 * <p>
 * Indexes of typed keys are built at once: they cost a load little. The others wait for
 * rows, because it is several times quicker to load first: IVFFlat until each list can
 * have one, HNSW and GIN for a first one, which is seen when the load that brought it has
 * ended.
 */
public final class IndexDefinitions {

	private final VectorTable table;

	private final List<IndexDefinition> definitions = new ArrayList<>();

	private final UnaryOperator<VectorColumn> choice;

	private IndexDefinitions(VectorTable table, UnaryOperator<VectorColumn> choice) {
		this.table = table;
		this.choice = choice;
	}

	/**
	 * Return the definitions, those first that are built soonest. Where a column leaves
	 * the choice of its index, that is an HNSW index.
	 */
	public static List<IndexDefinition> of(VectorTable table) {
		return of(table, (column) -> column.withIndex(VectorIndex.hnsw(), column.declaredQuantization()));
	}

	/**
	 * Return the definitions, those first that are built soonest.
	 * @param choice gives a column that leaves the choice of its index the one to build
	 */
	public static List<IndexDefinition> of(VectorTable table, UnaryOperator<VectorColumn> choice) {
		IndexDefinitions definitions = new IndexDefinitions(table, choice);
		table.typedKeys()
			.stream()
			.filter(MetadataColumn::indexed)
			.map(MetadataColumn::place)
			.forEach(definitions::addKey);
		table.formerlyTypedKeys()
			.stream()
			.filter(MetadataColumn::indexed)
			.map((key) -> Objects.requireNonNull(key.formerly()))
			.forEach(definitions::addKey);
		table.vectors().forEach(definitions::addVector);
		definitions.addMetadata();
		definitions.addWords();
		return List.copyOf(definitions.definitions);
	}

	private void addKey(KeyPlace key) {
		add(key.column(), (key.type() == KeyType.TEXT_ARRAY) ? "gin" : "btree", 0);
	}

	/**
	 * Members that nobody may ask for need no index.
	 */
	private void addMetadata() {
		String column = this.table.metadataColumn();
		boolean searched = !this.table.undeclaredKeysRefused()
				|| this.table.keys().stream().anyMatch(MetadataColumn::isInJson);
		if (column != null && searched) {
			this.definitions.add(new IndexDefinition(this.table, column, null, column, "gin",
					this.table.metadataDocument(""), "jsonb_path_ops", Map.of(), null, 1, null));
		}
	}

	private void addWords() {
		TextSearch words = this.table.textSearch();
		if (words != null) {
			add(words.column(), "gin", 1);
			if (words.repeatedWordsIndexed()) {
				this.definitions.add(new IndexDefinition(this.table, words.column(), null,
						"repeated words of " + words.column(), "gin",
						RepeatedWords.expression(VectorTable.quote(words.column())), null, Map.of(), null, 1, null));
			}
		}
	}

	private void add(String column, String method, int requiredRows) {
		this.definitions.add(new IndexDefinition(this.table, column, null, column, method, VectorTable.quote(column),
				null, Map.of(), null, requiredRows, null));
	}

	private void addVector(VectorColumn declared) {
		int minRows = (declared.index() instanceof VectorIndex.Auto auto) ? auto.minRows() : 1;
		VectorColumn column = (declared.index() instanceof VectorIndex.Auto) ? this.choice.apply(declared) : declared;
		if (column.index() instanceof VectorIndex.Hnsw hnsw) {
			addVector(column, "hnsw", Map.of("m", hnsw.m(), "ef_construction", hnsw.efConstruction()), minRows);
		}
		else if (column.index() instanceof VectorIndex.IvfFlat ivfFlat) {
			addVector(column, "ivfflat", Map.of("lists", ivfFlat.lists()), Math.max(minRows, ivfFlat.lists()));
		}
	}

	private void addVector(VectorColumn column, String method, Map<String, Integer> parameters, int requiredRows) {
		VectorExpressions expressions = new VectorExpressions(this.table, column);
		this.definitions.add(new IndexDefinition(this.table, column.name(), column, column.name(), method,
				expressions.indexed(), expressions.operatorClass(), parameters, null, requiredRows, remark(column)));
		for (MetadataFilter filter : new LinkedHashSet<>(column.hotFilters())) {
			this.definitions.add(new IndexDefinition(this.table, column.name(), column,
					column.name() + " where " + filter, method, expressions.indexed(), expressions.operatorClass(),
					parameters, FilterExpressions.literal(this.table, filter), requiredRows, null));
		}
	}

	private static @Nullable String remark(VectorColumn column) {
		if (column.declaredQuantization() != null || column.quantization() == Quantization.NONE) {
			return null;
		}
		return "column %s has %d dimensions, more than an index on %s can have: indexed as %s, searches re-rank by the full vectors"
			.formatted(column.name(), column.dimensions(), column.type().sqlName(),
					(column.quantization() == Quantization.HALF) ? "halfvec" : "bit");
	}

}
