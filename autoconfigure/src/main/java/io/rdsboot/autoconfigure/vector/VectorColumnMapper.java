package io.rdsboot.autoconfigure.vector;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.rdsboot.autoconfigure.problem.ConfigurationProblems;
import io.rdsboot.autoconfigure.vector.VectorColumnProperties.IndexType;
import io.rdsboot.vector.filter.FilterSyntaxException;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.type.ElementType;
import org.jspecify.annotations.Nullable;

/**
 * Reads the declaration of one vector column.
 */
final class VectorColumnMapper {

	private final String key;

	private final VectorColumnProperties declared;

	private final ConfigurationProblems problems;

	/**
	 * Create a reading.
	 * @param key the property under which the column is declared
	 * @param declared the declaration
	 * @param problems takes what is wrong
	 */
	VectorColumnMapper(String key, VectorColumnProperties declared, ConfigurationProblems problems) {
		this.key = key;
		this.declared = declared;
		this.problems = problems;
	}

	/**
	 * Read the declaration.
	 * @param name name of the column
	 * @return the column, or {@code null} if there are problems
	 */
	@Nullable VectorColumn read(String name) {
		VectorIndex index = index();
		List<MetadataFilter> hotFilters = hotFilters();
		Integer dimensions = dimensions();
		if (index == null || dimensions == null) {
			return null;
		}
		try {
			return new VectorColumn(name, this.declared.getType(), dimensions, distance(), index,
					this.declared.getIndex().getQuantization(), hotFilters);
		}
		catch (IllegalArgumentException ex) {
			this.problems.add(this.key, null, String.valueOf(ex.getMessage()),
					"Correct type, dimensions, distance or index of the column. With %s.index.type = none, searches read the whole table."
						.formatted(this.key));
			return null;
		}
	}

	private Distance distance() {
		Distance distance = this.declared.getDistance();
		if (distance != null) {
			return distance;
		}
		return (this.declared.getType() == ElementType.BIT) ? Distance.HAMMING : Distance.COSINE;
	}

	private @Nullable Integer dimensions() {
		Integer dimensions = this.declared.getDimensions();
		int most = this.declared.getType().maxDimensions();
		if (dimensions == null) {
			add("dimensions", null, "is missing",
					"Set it to the number of dimensions that the embedding model yields.");
		}
		else if (dimensions < 1 || dimensions > most) {
			add("dimensions", dimensions, "must be between 1 and " + most,
					"Set it to the number of dimensions that the embedding model yields.");
			return null;
		}
		return dimensions;
	}

	private List<MetadataFilter> hotFilters() {
		List<MetadataFilter> filters = new ArrayList<>();
		List<String> texts = this.declared.getIndex().getHotFilters();
		for (int i = 0; i < texts.size(); i++) {
			try {
				filters.add(MetadataFilter.parse(texts.get(i)));
			}
			catch (FilterSyntaxException ex) {
				add("index.hot-filters[%d]".formatted(i), texts.get(i), String.valueOf(ex.getMessage()),
						"Write it as a filter, such as tenant = 'acme' and year >= 2020.");
			}
		}
		return filters;
	}

	private @Nullable VectorIndex index() {
		VectorColumnProperties.Index index = this.declared.getIndex();
		IndexType type = (index.getType() != null) ? index.getType() : IndexType.HNSW;
		refuseUnless(type == IndexType.HNSW, "index.m", index.getM(), type);
		refuseUnless(type == IndexType.HNSW, "index.ef-construction", index.getEfConstruction(), type);
		refuseUnless(type == IndexType.IVFFLAT, "index.lists", index.getLists(), type);
		refuseUnless(type == IndexType.AUTO, "index.min-rows", index.getMinRows(), type);
		return switch (type) {
			case AUTO -> auto(index);
			case HNSW -> hnsw(index);
			case IVFFLAT -> ivfFlat(index);
			case NONE -> VectorIndex.none();
		};
	}

	private @Nullable VectorIndex auto(VectorColumnProperties.Index index) {
		int minRows = (index.getMinRows() != null) ? index.getMinRows() : VectorIndex.auto().minRows();
		if (minRows < 1) {
			add("index.min-rows", minRows, "must be at least 1", "Set it to 10000, or leave it out.");
			return null;
		}
		return new VectorIndex.Auto(minRows);
	}

	private @Nullable VectorIndex hnsw(VectorColumnProperties.Index index) {
		int m = (index.getM() != null) ? index.getM() : VectorIndex.hnsw().m();
		if (m < 2 || m > 100) {
			add("index.m", m, "must be between 2 and 100", "Set it to 16, or to more for more recall.");
			return null;
		}
		int least = Math.max(4, 2 * m);
		int efConstruction = (index.getEfConstruction() != null) ? index.getEfConstruction()
				: Math.max(VectorIndex.hnsw().efConstruction(), least);
		if (efConstruction < least || efConstruction > 1000) {
			add("index.ef-construction", efConstruction,
					"must be between %d (4, and twice index.m) and 1000".formatted(least),
					"Set it to 64 or to more for more recall, or lower index.m.");
			return null;
		}
		return new VectorIndex.Hnsw(m, efConstruction);
	}

	private @Nullable VectorIndex ivfFlat(VectorColumnProperties.Index index) {
		int lists = (index.getLists() != null) ? index.getLists() : 100;
		if (lists < 1 || lists > 32768) {
			add("index.lists", lists, "must be between 1 and 32768",
					"Set it to about a thousandth of the expected rows.");
			return null;
		}
		return new VectorIndex.IvfFlat(lists);
	}

	private void refuseUnless(boolean fits, String property, @Nullable Integer value, IndexType type) {
		if (!fits && value != null) {
			add(property, value, "does not belong to an index of type " + type.name().toLowerCase(Locale.ROOT),
					"Remove it, or set another index.type.");
		}
	}

	private void add(String property, @Nullable Object value, String description, String action) {
		this.problems.add(this.key + "." + property, (value != null) ? value.toString() : null, description, action);
	}

}
