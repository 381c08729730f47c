"""The full object of a camera: ``configure/channels/{id}``, and ``api/channels/{id}`` of newer servers."""

from ..switches import JsonObject
from .cameras import CAMERA_PASSWORD, Camera

MODEL = "b499b4c5-4109-475d-8f08-341a5a5e70bd"
"""The device model every camera is of."""
MOTION_ZONE = "66cc5617-cb80-4d70-8378-96a4f51d0a30"
"""The zone of the guide's example, in which every camera looks for motion."""


def full_channel(camera: Camera) -> JsonObject:
    """Return ``configure/channels/{id}``; the camera's own password is in it."""
    streams: JsonObject = {
        f"{name}StreamSettings": _stream(name == "Main" or (name == "Alternative" and camera.has_alternative))
        for name in ("Main", "Alternative", "SecondAlternative", "ThirdAlternative")
    }
    connection: JsonObject = {
        "ModelId": MODEL,
        "Hostname": "192.0.2.17",
        "Login": "camera",
        "Password": CAMERA_PASSWORD,
        "StreamsSettings": streams,
        "MainVideoStreamFormat": "H264",
        "AltVideoStreamEnabled": camera.has_alternative,
        "AltVideoStreamFormat": "H264",
        "SoundReceivingEnabled": camera.has_sound,
        "PtzEnabled": False,
        "Ipv6Enabled": False,
        "MultiChannelServerEnabled": False,
        "MultiChannelServerChannelNum": 1,
        "IoProcessingEnabled": False,
        "SoundTransmittingEnabled": False,
        "ExternalNetworkPorts": [{"DefaultPortValue": 554, "PortValue": 554, "IsExternallyDefined": False}],
        "SoundVolume": 100,
        "MainVideoAdditionalParams": None,
        "AltVideoAdditionalParams": None,
        "MainStreamRotationMode": "None",
        "AltStreamRotationMode": "None",
        "DirectNetworkConnectionToCameraEnabled": False,
        "GpuClientVideoDecodingEnabled": False,
        "AlternativeVideoDecoderEnabled": False,
        "IsSecureConnectionEnabled": False,
    }
    archive: JsonObject = {
        "ArchivingDisabled": False,
        "ArchivingMode": camera.archive_mode,
        "ArchivingVideoStreamType": "Main",
        "ArchivingMinDeepnessInDays": 1.0,
        "ArchivingMaxDeepnessInDays": float(camera.days),
        "ArchivingSoundDisabled": not camera.has_sound,
        "PreMotionDetectionRecSecs": 1,
        "PostMotionDetectionRecSecs": 5,
        "LimitRecordFpsAndOnlyIndepFramesEnabled": False,
        "LimitedRecordFps": 30,
        "DeviceArchiveEnabled": False,
        "DeviceArchiveAutoSynchronizationEnabled": False,
    }
    return camera.described() | {
        "Description": camera.place.room,
        "ConnectionSettings": connection,
        "ArchiveSettings": archive,
        "AnalyzeSettings": _analysis(),
    }


def _stream(enabled: bool) -> JsonObject:
    return {
        "VideoStreamEnabled": enabled,
        "VideoFormat": "H264",
        "VideoAdditionalParams": None,
        "RotationMode": "None",
        "Roles": ["Archive", "DesktopClient", "MobileClient", "VideoAnalysis"],
    }


def _analysis() -> JsonObject:
    return {
        "MotionDetectorEnabled": True,
        "MotionDetectorSettings": {
            "BuildInCameraDetectorEnabled": False,
            "GenerationOfEventMotionStartAndEndEnabled": True,
            "DetectOnlyIndependentFrames": False,
            "CustomFpsEnabled": False,
            "CustomFpsValue": 10,
            "Zones": [
                {
                    "Id": MOTION_ZONE,
                    "Name": "Zone 1",
                    "MinObjWidth": 0.05,
                    "MinObjHeight": 0.05,
                }
            ],
        },
        "AnalyzeStreamType": "Main",
        "FaceDetectorEnabled": False,
        "FaceDetectorMode": "Basic",
        "InteractiveSearchEnabled": False,
        "InteractiveSearchSettings": {
            "IndexatorEnabled": False,
            "IndexatorProportionsEnabled": False,
            "IndexatorMinObjWidth": 0.05,
            "IndexatorMinObjHeight": 0.05,
            "IndexatorMaxObjWidth": 1.0,
            "IndexatorMaxObjHeight": 1.0,
        },
        "IsUseRemoteVideoAnalyticsServer": False,
    }
