"""Draw the layers of a GeoPackage in QGIS with their own styles; run by the Python that QGIS came with.

``/usr/bin/python3 qgis_draw.py FILE.gpkg PICTURE.png LAYER... [-- LAYER...]``: the last layer before ``--``
is drawn on top, those after it are opened alone. Prints, as JSON, what QGIS knows of every layer: whether it
opens, its aliases, its styles, its title and its CRS.
"""

import json
import os
import sys

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import (
    QgsApplication,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

ACROSS, DOWN = 900, 700


def opened(path, name):
    return QgsVectorLayer(f"{path}|layername={name}", name, "ogr")


def said_of(layer):
    count, _, names, _, _ = layer.listStylesInDatabase()
    return {
        "valid": layer.isValid(),
        "features": layer.featureCount(),
        "crs": layer.crs().authid(),
        "aliases": {field.name(): field.displayName() for field in layer.fields()},
        "renderer": layer.renderer().type() if layer.renderer() is not None else "",
        "styles": names[:count],
        "title": layer.metadata().title(),
        "rights": layer.metadata().rights(),
    }


def draw(layers, picture):
    settings = QgsMapSettings()
    settings.setLayers([layer for layer in reversed(layers) if layer.isSpatial()])
    settings.setDestinationCrs(layers[0].crs())
    extent = layers[0].extent()
    extent.scale(1.08)
    settings.setExtent(extent)
    settings.setOutputSize(QSize(ACROSS, DOWN))
    settings.setOutputDpi(96)
    settings.setBackgroundColor(QColor("#f5f3ef"))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    job.renderedImage().save(picture)
    return [error.message for error in job.errors()]


def main(path, picture, *names):
    application = QgsApplication([], False)
    application.initQgis()
    shown = names.index("--") if "--" in names else len(names)
    names = [name for name in names if name != "--"]
    layers = [opened(path, name) for name in names]
    # Kept by the project, a layer lives as long as it is drawn.
    QgsProject.instance().addMapLayers(layers)
    errors = draw(layers[:shown], picture)
    sys.stdout.write(
        json.dumps(
            {"layers": {n: said_of(one) for n, one in zip(names, layers, strict=True)}, "errors": errors}
        )
    )
    sys.stdout.flush()
    # The library of QGIS 3.22 falls over now and then when it is taken down.
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
