"""The register of targets asked: rows filtered, listed, compared, drawn, put into sheets. It may
import what understands, the check, presentation's statements and `knowledge`.
"""
